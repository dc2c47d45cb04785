-- The catalog in the shape that the queries ask for, so that PostGraphile answers the same objects.
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
CREATE VIEW bench.film AS
    SELECT id, slug, title, year, runtime_s, release_date, overview, added_at FROM movies.movies;
CREATE VIEW bench.genre AS
    SELECT l.movie_id, t.id, t.name, l.position FROM movies.movie_terms l
    JOIN taxonomy.terms t ON t.id = l.term_id WHERE t.kind = 'genre';
CREATE VIEW bench.person AS SELECT id, name FROM people.people;
CREATE VIEW bench.part AS
    SELECT id, movie_id, person_id, character, billing FROM movies.credits WHERE department = 'Acting';
CREATE VIEW bench.file AS
    SELECT e.movie_id, f.id, f.name, f.container, f.size_bytes, f.duration_ms FROM movies.editions e
    JOIN movies.versions v ON v.edition_id = e.id JOIN library.movie_parts p ON p.version_id = v.id
    JOIN library.files f ON f.id = p.file_id;
CREATE VIEW bench.stream AS
    SELECT id, file_id, kind, position, codec, language, width, height, channels FROM library.streams;
CREATE VIEW bench.show AS SELECT id, title, year, added_at FROM tv.series;
CREATE VIEW bench.season AS SELECT id, series_id, number, title FROM tv.seasons;
CREATE VIEW bench.episode AS
    SELECT id, season_id, number, title, air_date, runtime_s, position FROM tv.episodes;
COMMENT ON VIEW bench.film IS E'@primaryKey id';
COMMENT ON VIEW bench.person IS E'@primaryKey id';
COMMENT ON VIEW bench.show IS E'@primaryKey id';
COMMENT ON VIEW bench.genre IS
    E'@primaryKey movie_id,id\n@foreignKey (movie_id) references bench.film (id)|@foreignFieldName genres';
COMMENT ON VIEW bench.part IS E'@primaryKey id\n'
    '@foreignKey (movie_id) references bench.film (id)|@foreignFieldName cast\n'
    '@foreignKey (person_id) references bench.person (id)|@fieldName person';
COMMENT ON VIEW bench.file IS
    E'@primaryKey id\n@foreignKey (movie_id) references bench.film (id)|@foreignFieldName files';
COMMENT ON VIEW bench.stream IS
    E'@primaryKey id\n@foreignKey (file_id) references bench.file (id)|@foreignFieldName streams';
COMMENT ON VIEW bench.season IS
    E'@primaryKey id\n@foreignKey (series_id) references bench.show (id)|@foreignFieldName seasons';
COMMENT ON VIEW bench.episode IS
    E'@primaryKey id\n@foreignKey (season_id) references bench.season (id)|@foreignFieldName episodes';
