"""HTTP through `requests`: always a time-out, retries only on what may pass, secrets only where they may go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests

from area.errors import SourceAnswerError, SourceRefusedError
from ingest.transports import Pull
from ingest.transports.endpoint import Endpoint
from ingest.transports.http_answers import ForeignContentError
from ingest.transports.http_auth import NotLetInError, auth_of, without_parameter
from ingest.transports.retry import Limits, TryAgain, with_retries

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


class _Client(requests.Session):
    """Sends the secret to no other server: `requests` itself sees to the header Authorization only."""

    secret_header: str | None = None

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        before = str(response.request.url)
        if self.secret_header and self.should_strip_auth(before, prepared_request.url):  # type: ignore[no-untyped-call]
            prepared_request.headers.pop(self.secret_header, None)
        super().rebuild_auth(prepared_request, response)  # type: ignore[no-untyped-call]


class Session:
    """A `requests` session with one source. `path` arguments are joined to the connection's address; how to log in is
    the connection's affair (`http_auth.py`)."""

    def __init__(self, feed: str, endpoint: Endpoint, limits: Limits, *, accept: str) -> None:
        self.feed, self._endpoint, self._limits = feed, endpoint, limits
        self.base = endpoint.base_url
        self.source = f"HTTP source of connection '{endpoint.conn_id}'"
        verify = endpoint.extra.get("ca_bundle") or True
        self._auth = auth_of(endpoint, limits, verify=verify)
        self._session = _Client()
        self._session.headers.update({"Accept": accept, "User-Agent": "send-warehouse"})
        self._session.verify = verify
        self._session.secret_header = self._auth.header
        self._session.auth = self._auth

    @classmethod
    def of(cls, pull: Pull, *, accept: str) -> Session:
        """The session of a pull."""
        return cls(pull.feed, pull.endpoint, pull.limits, accept=accept)

    def close(self) -> None:
        self._session.close()
        self._auth.close()

    def url(self, path: str) -> str:
        """The address of a path of the source."""
        return f"{self.base}/{path.lstrip('/')}"

    def next_url(self, current: str, link: str) -> str:
        """A link the source gave, made absolute. Raises SourceAnswerError when it leads to another server."""
        url = without_parameter(urljoin(current, link), self._auth.parameter)
        if urlsplit(url)[:2] != urlsplit(current)[:2]:
            raise SourceAnswerError(
                self.feed, self.source, expected="a next page on the same server", came="one on another server"
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

        renewed = False

        def once() -> T:
            nonlocal renewed
            # The errors of `requests` hold the address, and with it may hold a key: none is passed on.
            try:
                with self._session.request(
                    method,
                    url,
                    headers=dict(headers()) if headers else None,
                    stream=stream,
                    timeout=self._limits.timeouts,
                    **request,
                ) as response:
                    if response.status_code == 401 and not renewed and self._auth.renew():
                        renewed = True
                        raise TryAgain(REFUSALS[401], after=0)
                    self._check(response, missing)
                    return read(response)
            except requests.exceptions.SSLError:
                raise self._refused("its certificate was not accepted") from None
            except PASSING as error:
                raise TryAgain(_reason(error)) from None
            except requests.RequestException as error:
                raise self._refused(f"the request could not be made ({type(error).__name__})") from None
            except NotLetInError as error:
                raise self._refused(error.reason) from None
            except ForeignContentError as error:
                raise SourceAnswerError(
                    self.feed, self.source, expected="the feed's own content", came=error.came
                ) from None

        return with_retries(once, feed=self.feed, source=self.source, limits=self._limits)

    def _check(self, response: requests.Response, missing: type[Exception] | None) -> None:
        status = response.status_code
        if status in (408, 425, 429) or status >= 500:
            raise TryAgain(f"it answered {status}", after=retry_after(response.headers.get("Retry-After")))
        if status == 404 and missing is not None:
            raise missing
        if status >= 400:
            raise self._refused(REFUSALS.get(status, f"it answered {status}"))

    def _refused(self, reason: str) -> SourceRefusedError:
        return SourceRefusedError(self.feed, self.source, reason, connection=self._endpoint.conn_id)


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
