import pytest

from app.identity.agents import agent_of

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("text", "browser", "os"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0.0.0 Safari/537.36", "Chrome", "Windows"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Edge",
            "Windows",
        ),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/140.0 Safari/537.36 OPR/120.0", "Opera", "Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15.6; rv:142.0) Gecko/20100101 Firefox/142.0", "Firefox", "macOS"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Safari/604.1",
            "Safari",
            "iOS",
        ),
        (f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {WEBKIT} Chrome/140.0 Mobile Safari/537.36", "Chrome", "Android"),
        ("Infuse/7.6 (tvOS 18)", "Infuse", "tvOS"),
        ("python-httpx/0.28.1", "python-httpx", None),
        ("", None, None),
        (None, None, None),
        ("Mozilla/5.0", None, None),
    ],
)  # fmt: skip
def test_browser_and_system_are_told(text, browser, os):
    found = agent_of(text)

    assert (found.browser, found.os) == (browser, os)
