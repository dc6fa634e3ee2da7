"""HTTP through `requests`: always a time-out, retries only on what may pass, secrets only where they may go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests

from area.errors import SettingsError, SourceAnswerError, SourceRefusedError
from ingest.retry import TryAgain, with_retries
from ingest.transports import Pull

T = TypeVar("T")
REFUSALS = {
    401: "the login or token was not accepted (401)",
    403: "access is forbidden (403)",
    407: "a proxy wants a login (407)",
}
# Errors of a connection that may be gone next time; certificate errors are not among them.
PASSING = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


class Session:
    """A `requests` session of one pull. `path` arguments are joined to the connection's address."""

    def __init__(self, pull: Pull, *, accept: str, bearer: bool) -> None:
        self._pull, self._endpoint = pull, pull.endpoint
        self.base = pull.endpoint.base_url
        self.source = f"HTTP source of connection '{pull.endpoint.conn_id}'"
        self._session = requests.Session()
        self._session.headers.update({"Accept": accept, "User-Agent": "send-warehouse"})
        self._session.verify = pull.endpoint.extra.get("ca_bundle") or True
        if bearer and pull.endpoint.password:
            if not pull.endpoint.is_private_or_tls:
                raise SettingsError(
                    pull.endpoint.conn_id,
                    expected="an https address, as a token is sent",
                    came="plain http",
                    where="the Airflow connection",
                )
            self._session.auth = _Bearer(pull.endpoint.password)

    def close(self) -> None:
        self._session.close()

    def url(self, path: str) -> str:
        """The address of a path of the source."""
        return f"{self.base}/{path.lstrip('/')}"

    def next_url(self, current: str, link: str) -> str:
        """A link the source gave, made absolute. Raises SourceAnswerError when it leads to another server."""
        url = urljoin(current, link)
        if urlsplit(url)[:2] != urlsplit(current)[:2]:
            raise SourceAnswerError(
                self._pull.feed, self.source, expected="a next page on the same server", came="one on another server"
            )
        return url

    def send(
        self,
        method: str,
        url: str,
        read: Callable[[requests.Response], T],
        *,
        headers: Callable[[], Mapping[str, str]] | None = None,
        stream: bool = False,
        missing: type[Exception] | None = None,
        **request: Any,
    ) -> T:
        """`read(response)` of an answer below 400, tried again as a whole (reading included) while it may help.

        `headers()` is asked anew for each try. `missing` is raised on 404 instead of SourceRefusedError.
        """

        def once() -> T:
            try:
                with self._session.request(
                    method,
                    url,
                    headers=dict(headers()) if headers else None,
                    stream=stream,
                    timeout=self._pull.limits.timeouts,
                    **request,
                ) as response:
                    self._check(response, missing)
                    return read(response)
            except requests.exceptions.SSLError as error:
                raise self._refused("its certificate was not accepted") from error
            except PASSING as error:
                raise TryAgain(_reason(error)) from error
            except requests.RequestException as error:
                raise self._refused(f"the request could not be made ({type(error).__name__})") from error

        return with_retries(once, feed=self._pull.feed, source=self.source, limits=self._pull.limits)

    def _check(self, response: requests.Response, missing: type[Exception] | None) -> None:
        status = response.status_code
        if status == 429 or status >= 500:
            raise TryAgain(f"it answered {status}", after=retry_after(response.headers.get("Retry-After")))
        if status == 404 and missing is not None:
            raise missing
        if status >= 400:
            raise self._refused(REFUSALS.get(status, f"it answered {status}"))

    def _refused(self, reason: str) -> SourceRefusedError:
        return SourceRefusedError(self._pull.feed, self.source, reason, connection=self._endpoint.conn_id)


class _Bearer(requests.auth.AuthBase):
    """The token, as `requests` would otherwise replace the header with what a .netrc file says."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def retry_after(value: str | None, *, now: dt.datetime | None = None) -> float | None:
    """Seconds to wait by a Retry-After header (seconds or an HTTP date), or None when there is none to read."""
    if not value:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - (now or dt.datetime.now(dt.UTC))).total_seconds())


def _reason(error: Exception) -> str:
    if isinstance(error, requests.Timeout):
        return "it did not answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the answer broke off"
    return "the connection failed or broke off"
