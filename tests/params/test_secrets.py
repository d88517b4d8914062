"""Secrets are found in the environment, all missing ones named, and never shown."""

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.params.secrets import (
    holds_password,
    mask,
    resolve,
    resolve_url,
    secret_names,
    secret_values,
)

URL = "postgres://reader:${DB_PASSWORD}@host:5432/db?sslmode=require"


def test_values_take_the_place_of_their_names():
    assert resolve("${A}-${B}-${A}", {"A": "1", "B": "${A}"}) == "1-${A}-1"


def test_a_text_without_placeholders_stays():
    assert resolve("$HOME {A} $(A) %A%", {"A": "x"}) == "$HOME {A} $(A) %A%"


@pytest.mark.parametrize("find", [resolve, resolve_url, secret_values])
def test_every_missing_name_is_listed(find):
    with pytest.raises(ParameterError) as caught:
        find("${A}:${B}:${C}:${A}", {"B": "known-value", "C": ""})
    text = str(caught.value)
    assert "the environment has no value for A, C:" in text
    assert "known-value" not in text


@pytest.mark.parametrize("text", ["${", "${}", "${A", "${1A}", "${A B}", "${A-x}", "${a${B}"])
def test_what_begins_no_placeholder_is_refused(text):
    with pytest.raises(ParameterError, match="begins no placeholder"):
        secret_names(text)


@given(st.text(min_size=1).filter(lambda text: "\x00" not in text))
def test_any_password_comes_out_of_the_url_as_it_was(password):
    try:
        password.encode()
    except UnicodeEncodeError:
        return
    parts = urlsplit(resolve_url(URL, {"DB_PASSWORD": password}))
    assert unquote(parts.password) == password
    assert (parts.username, parts.hostname, parts.port) == ("reader", "host", 5432)
    assert (parts.path, parts.query) == ("/db", "sslmode=require")


def test_only_the_users_part_and_the_query_are_encoded():
    url = "postgres://u:${P}@${HOST}/${PATH}?token=${P}"
    environment = {"P": "a/b", "HOST": "h:1", "PATH": "x/y"}
    assert resolve_url(url, environment) == "postgres://u:a%2Fb@h:1/x/y?token=a%2Fb"


def test_a_whole_url_from_the_environment_stays_as_it_is():
    assert resolve_url("${U}", {"U": "postgres://u:a%2Fb@h/d"}) == "postgres://u:a%2Fb@h/d"


@pytest.mark.parametrize(
    "url",
    [
        "postgres://u:hunter2@h/d",
        "postgres://:hunter2@h/d",
        "postgres://u:hun/ter@2@h/d",
        "postgres://u:${P}hunter2@h/d",
        "postgresql+psycopg://u:hunter2@h",
        "md:bank?motherduck_token=hunter2",
        "snowflake://h/d?user=u&PASSWORD=hunter2&warehouse=w",
        "bigquery://p/d?credentials_path=hunter2",
        "x://h?api_key=hunter2",
    ],
)
def test_a_password_written_out_is_noticed_and_hidden(url):
    assert holds_password(url)
    hidden = mask(url)
    assert "hunter2" not in hidden
    assert "ter@2" not in hidden
    assert "***" in hidden


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "${BANK_URL}",
        "postgres://${USER}:${P}@h/d",
        "postgres://reader@h:5432/d",
        "postgres://h:5432/d?options=a@b",
        "duckdb:///data/bank@north.duckdb",
        "md:bank?motherduck_token=${TOKEN}",
        "a plain text, with a colon: and an @",
    ],
)
def test_what_writes_no_password_out_is_left_alone(url):
    assert not holds_password(url)
    assert mask(url) == url


def test_the_start_of_the_url_is_never_taken_for_the_password():
    assert mask("p://p:p@h") == "p://p:***@h"


def test_a_drivers_words_name_the_secret_instead_of_its_value():
    words = "login failed: p@ss/word, p%40ss%2Fword, and postgres://u:p%40ss%2Fword@h"
    hidden = mask(words, secrets={"DB_PASSWORD": "p@ss/word"})
    assert (
        hidden == "login failed: ${DB_PASSWORD}, ${DB_PASSWORD}, and postgres://u:${DB_PASSWORD}@h"
    )


def test_the_longer_of_two_secrets_is_hidden_whole():
    assert mask("abcdef", secrets={"A": "abc", "B": "abcdef"}) == "${B}"


@given(st.text(min_size=4).filter(lambda text: "\0" not in text), st.text())
def test_no_value_survives_the_mask(secret, text):
    try:
        f"{secret}{text}".encode()
    except UnicodeEncodeError:
        return
    hidden = mask(f"{text} {secret} {text}", secrets={"NAME": secret})
    assert secret not in hidden.replace("${NAME}", "\0")
