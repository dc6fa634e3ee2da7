"""How a request to an HTTP source says who asks: as the connection's extra `auth` says.

- `bearer` (when there is a password and nothing is said): the password is the token.
- `basic`: login and password.
- `api_key`: the password, in the header `api_key_header` (X-API-Key) or in the query parameter `api_key_parameter`.
- `oauth2`: client credentials; login and password are those of the client. `token_url` says where tokens are had,
  `scope` and `audience` what for, `token_auth: body` that the secret goes into the body (else it goes by basic).
- `none` (when there is no password and nothing is said).

No secret is sent without TLS, but within this machine, nor to another server that an answer redirects to.
"""

from __future__ import annotations

import logging
import time
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit, urlunsplit

import requests
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error
from requests.auth import AuthBase, HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from area.errors import SettingsError
from ingest.transports.endpoint import Endpoint, is_private_or_tls
from ingest.transports.retry import Limits, TryAgain

KINDS = ("bearer", "basic", "api_key", "oauth2", "none")
# A token is renewed this long before it expires, so that it does not expire on its way.
EARLY = 30.0
_ADDRESS_LOGGERS = ("urllib3.connectionpool", "urllib3.util.retry")  # at debug level they write each address
# At their debug level these write client secrets and tokens into the log.
for _name in ("requests_oauthlib", "oauthlib"):
    logging.getLogger(_name).setLevel(logging.INFO)


class NotLetInError(Exception):
    """The token server said no. Its own words are not passed on."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Auth(AuthBase):
    """Nobody: also keeps `requests` from looking for a login in a .netrc file."""

    header: str | None = None  # a header that must not go to another server
    parameter: str | None = None  # a query parameter that holds the secret

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request

    def renew(self) -> bool:
        """Whether a request that was answered with 401 can be made once more with a new secret."""
        return False

    def close(self) -> None:
        """Let go of what was set up for the requests."""


class _Bearer(Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _Basic(Auth):
    def __init__(self, login: str, password: str) -> None:
        self._auth = HTTPBasicAuth(login.encode(), password.encode())

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        self._auth(request)
        return request


class _KeyHeader(Auth):
    def __init__(self, header: str, key: str) -> None:
        self.header, self._key = header, key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers[str(self.header)] = self._key
        return request


class _KeyParameter(Auth):
    """The key in the address. It is put there as the request leaves, and hidden in what urllib3 logs of it."""

    def __init__(self, parameter: str, key: str) -> None:
        self.parameter, self._key = parameter, key
        self._hidden = _Hidden(quote_plus(key))
        for name in _ADDRESS_LOGGERS:
            logging.getLogger(name).addFilter(self._hidden)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.prepare_url(request.url, {str(self.parameter): self._key})
        return request

    def close(self) -> None:
        for name in _ADDRESS_LOGGERS:
            logging.getLogger(name).removeFilter(self._hidden)


class _Hidden(logging.Filter):
    def __init__(self, secret: str) -> None:
        super().__init__()
        self._secret = secret

    def filter(self, record: logging.LogRecord) -> bool:
        if self._secret in record.getMessage():
            record.msg, record.args = record.getMessage().replace(self._secret, "…"), ()
        return True


class _OAuth2(Auth):
    """Client credentials. A token is had before the first request, when it is about to expire, and when the source does
    not accept it any more."""

    def __init__(self, endpoint: Endpoint, limits: Limits, verify: bool | str) -> None:
        self._endpoint, self._limits, self._verify = endpoint, limits, verify
        self._token: dict[str, Any] = {}

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if not self._token or float(self._token.get("expires_at", "inf")) - EARLY < time.time():
            self._token = self._fetch()
        request.headers["Authorization"] = f"Bearer {self._token['access_token']}"
        return request

    def renew(self) -> bool:
        self._token = {}
        return True

    def _fetch(self) -> dict[str, Any]:
        said, extra = self._endpoint, self._endpoint.extra
        in_body = extra.get("token_auth") == "body"
        more = {"audience": extra["audience"]} if extra.get("audience") else {}
        scope = extra.get("scope")
        client = BackendApplicationClient(
            client_id=said.login, scope=scope.split() if isinstance(scope, str) else scope
        )
        with OAuth2Session(client=client) as session:
            session.register_compliance_hook("access_token_response", _check_token_answer)
            try:
                token = session.fetch_token(
                    str(extra["token_url"]),
                    client_secret=said.password,
                    include_client_id=in_body,
                    auth=None if in_body else HTTPBasicAuth(said.login.encode(), said.password.encode()),
                    timeout=self._limits.timeouts,
                    verify=self._verify,
                    **more,
                )
            except OAuth2Error as error:
                raise NotLetInError(f"the token server gave no token ({error.error})") from None
            except ValueError:
                raise NotLetInError("the token server gave no token (its answer cannot be read)") from None
        return dict(token)


def _check_token_answer(response: requests.Response) -> requests.Response:
    if response.status_code == 429 or response.status_code >= 500:
        raise TryAgain(f"the token server answered {response.status_code}")
    return response


def auth_of(endpoint: Endpoint, limits: Limits, *, verify: bool | str) -> Auth:
    """The way the connection says. Raises SettingsError for a way that is none, for what the connection lacks, and for
    a secret that would go in the clear."""
    extra = endpoint.extra
    kind = str(extra.get("auth") or ("bearer" if endpoint.password else "none"))
    if kind not in KINDS:
        raise _wrong(endpoint, f"extra 'auth' to be one of {', '.join(KINDS)}", "another word")
    if kind == "none":
        return Auth()
    if not endpoint.password:
        raise _wrong(endpoint, f"a password, as 'auth' is {kind}", "none")
    addresses = [endpoint.base_url]
    if kind == "oauth2":
        if not extra.get("token_url") or not endpoint.login:
            raise _wrong(endpoint, "a login and extra 'token_url', as 'auth' is oauth2", "one of them is missing")
        addresses.append(str(extra["token_url"]))
    if not all(map(is_private_or_tls, addresses)):
        raise _wrong(endpoint, "https addresses, as a secret is sent", "plain http")
    if kind == "oauth2":
        return _OAuth2(endpoint, limits, verify)
    if kind == "basic":
        return _Basic(endpoint.login, endpoint.password)
    if kind == "api_key":
        if extra.get("api_key_parameter"):
            return _KeyParameter(str(extra["api_key_parameter"]), endpoint.password)
        return _KeyHeader(str(extra.get("api_key_header") or "X-API-Key"), endpoint.password)
    return _Bearer(endpoint.password)


def without_parameter(url: str, parameter: str | None) -> str:
    """An address without the query parameter that holds the secret, as a source may repeat it in its links."""
    if parameter is None:
        return url
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != parameter]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def _wrong(endpoint: Endpoint, expected: str, came: str) -> SettingsError:
    return SettingsError(endpoint.conn_id, expected=expected, came=came, where="the Airflow connection")
