# The Python that the lock file and the test suite are for.
ARG PYTHON=3.11.14-slim-bookworm

FROM python:${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv --without-pip /opt/marquee
COPY requirements.lock /tmp/requirements.lock
RUN python -m pip --python /opt/marquee/bin/python install --require-hashes --only-binary :all: --requirement /tmp/requirements.lock
COPY pyproject.toml alembic.ini schema.graphql LICENSE /srv/marquee/
COPY app /srv/marquee/app
COPY graphql /srv/marquee/graphql
COPY migrations /srv/marquee/migrations
# The root file system is read-only at run time, so byte code is made here.
RUN python -m compileall -q -j 0 /srv/marquee/app /opt/marquee/lib \
 && printf '#!/opt/marquee/bin/python\nfrom app.cli import main\n\nmain()\n' > /opt/marquee/bin/marquee \
 && chmod 0755 /opt/marquee/bin/marquee

FROM python:${PYTHON}
LABEL org.opencontainers.image.title="Marquee" \
      org.opencontainers.image.description="A GraphQL media-catalog server" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 marquee \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin marquee \
 && install --directory --owner 10001 --group 10001 --mode 0750 /data \
 && install --directory --mode 0755 /media
COPY --from=build /opt/marquee /opt/marquee
COPY --from=build /srv/marquee /srv/marquee
ENV PATH=/opt/marquee/bin:$PATH \
    PYTHONPATH=/srv/marquee \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MARQUEE_DATA_DIR=/data \
    MARQUEE_MEDIA_MOVIES=/media/movies \
    MARQUEE_MEDIA_TV=/media/tv
WORKDIR /srv/marquee
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
# No EXPOSE: the server listens on loopback alone, so publishing a port would lead nowhere (docs/containers.md).
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('MARQUEE_PORT') or 8000), timeout=4); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
CMD ["marquee", "serve"]
