"""Countries as names and NFO files write them. Pure."""

import re

_CODES = {
    "USA": "US",
    "UNITED STATES": "US",
    "UNITED STATES OF AMERICA": "US",
    "UK": "GB",
    "UNITED KINGDOM": "GB",
    "GREAT BRITAIN": "GB",
    "GERMANY": "DE",
    "DEUTSCHLAND": "DE",
    "WEST GERMANY": "DE",
    "AUSTRIA": "AT",
    "SWITZERLAND": "CH",
    "FRANCE": "FR",
    "BELGIUM": "BE",
    "SPAIN": "ES",
    "ESPAÑA": "ES",
    "ITALY": "IT",
    "ITALIA": "IT",
    "NETHERLANDS": "NL",
    "DENMARK": "DK",
    "SWEDEN": "SE",
    "NORWAY": "NO",
    "FINLAND": "FI",
    "IRELAND": "IE",
    "POLAND": "PL",
    "RUSSIA": "RU",
    "JAPAN": "JP",
    "日本": "JP",
    "CHINA": "CN",
    "HONG KONG": "HK",
    "SOUTH KOREA": "KR",
    "KOREA": "KR",
    "INDIA": "IN",
    "CANADA": "CA",
    "MEXICO": "MX",
    "BRAZIL": "BR",
    "ARGENTINA": "AR",
    "AUSTRALIA": "AU",
    "NEW ZEALAND": "NZ",
}
# Behind titles of series that several countries have of their own.
_AT_END = re.compile(
    r"^(?P<title>.*\S)\s+\(?(?P<country>US|USA|UK|GB|AU|NZ|CA|IE|IN|DE|FR|SE|NO|DK|JP|KR)\)?$"
)


def code_of(country: str) -> str | None:
    """ISO 3166-1 of what an NFO file says; None where it is not known."""
    said = country.strip().upper()
    if said in _CODES:
        return _CODES[said]
    return said if len(said) == 2 and said.isascii() and said.isalpha() else None


def country_at_end(title: str) -> tuple[str, str | None]:
    """`The Office US` as the title without it, and the country; (title, None) where none is named."""
    match = _AT_END.match(title)
    # In a name that is in capitals throughout it may be any word.
    if match is None or not any(letter.islower() for letter in match["title"]):
        return title, None
    return match["title"], code_of(match["country"])
