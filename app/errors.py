"""Every refusal that Kickstand can give, and every reason to close a socket.

The docstring of an error is its default message, written to the person who will read it. ``code`` goes on the
wire and is what clients switch on; ``retryable`` says whether the same command may succeed later unchanged.

    ChatError
    ├── BadFrame                 ── FrameTooDeep
    ├── EmptyMessage, TooLong, PayloadNotOffered
    ├── NoSuchPhoto, UploadsOff, NotAPhoto, TooLarge, TooManyPixels, TooManyPhotos, LinkEnded
    ├── NoSuchQuestion, NoSuchVisitor, MailOff
    ├── ClientIdConflict
    ├── BadIdentity, IdentityWaits
    ├── NotAuthenticated         ── IdentityRequired
    ├── ConsentRequired, SlotTaken
    ├── CodeNeeded, WrongCode, EnrolFirst, WayInEnded, AccountRefused, LastAdmin, NoSuchAgent
    ├── Forbidden, OriginRefused, WrongVersion, NoSuchConversation, NoSuchSite, WrongPassword
    ├── AlreadyAssigned, NotAssigned, NotWaiting, AtCapacity, Offered, NoRoom, Moved, InThePast, NoSuchColleague
    ├── OpenPromises, NoSuchPromise, PromiseSettled, BadPromise
    ├── OverLimit, NeedsReason, NoSuchRemedy, RemedyDecided, MayNotDecide, BadRemedy, OtherCurrency, BadRules
    ├── TooManyTags
    ├── RateLimited, TooManyConnections
    └── Unavailable              ── Draining
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class CloseCode(IntEnum):
    """Why a socket was closed. 44xx: reconnect with backoff; 45xx: do not reconnect (delivery promise, liveness)."""

    DONE = 1000
    TOO_BIG = 1009
    INTERNAL = 1011
    DRAINING = 4401
    SLOW = 4402
    NO_HEARTBEAT = 4403
    RESYNC = 4404
    RATE = 4405
    TOKEN_EXPIRED = 4406
    STORE_UNAVAILABLE = 4407
    BAD_PROTOCOL = 4500
    NOT_AUTHENTICATED = 4501
    ORIGIN_REFUSED = 4503
    NO_SUCH_CONVERSATION = 4504
    VERSION = 4505
    CONSENT_REQUIRED = 4506
    BLOCKED = 4508


class ChatError(Exception):
    """Something went wrong on our side. It is logged; please send the message again."""

    code: ClassVar[str] = "internal"
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    close: ClassVar[CloseCode | None] = None  # set: the socket is closed with this code as well

    def __init__(self, message: str | None = None, *, after_ms: int | None = None) -> None:
        """`message` replaces the default one; `after_ms` tells the client when a retry makes sense."""
        super().__init__(message or " ".join((self.__doc__ or "").split()))
        self.after_ms = after_ms


class BadFrame(ChatError):
    """This frame is not part of the protocol. Check `type` and the field names against docs/protocol.md."""

    code = "bad_frame"
    http_status = 400


class FrameTooDeep(BadFrame):
    """This frame nests more than 8 levels. Send a flatter one."""


class EmptyMessage(ChatError):
    """This message is empty. Write a few words and send it again."""

    code = "empty_message"
    http_status = 422


class TooLong(ChatError):
    """This message is longer than 4,000 characters. Split it in two and send both."""

    code = "too_long"
    http_status = 413


class PayloadNotOffered(ChatError):
    """This choice is not on offer in this conversation. Type your answer instead."""

    code = "payload_not_offered"
    http_status = 422


class NoSuchPhoto(ChatError):
    """This photo is not here, or it went out with another message. Choose it again."""

    code = "no_such_photo"
    http_status = 422


class UploadsOff(ChatError):
    """This shop takes messages alone. Describe in your words what there is to see."""

    code = "uploads_off"
    http_status = 403


class NotAPhoto(ChatError):
    """This file is of another kind. Send a photo: JPEG, PNG, GIF or WebP."""

    code = "not_a_photo"
    http_status = 415


class TooLarge(ChatError):
    """This photo is larger than 10 MB. Send it in a smaller size."""

    code = "too_large"
    http_status = 413


class TooManyPixels(ChatError):
    """This photo has more than 25 megapixels. Send it in a smaller size."""

    code = "too_many_pixels"
    http_status = 413


class TooManyPhotos(ChatError):
    """Many photos wait to be sent. Send those first, then add this one."""

    code = "too_many_photos"
    http_status = 409


class LinkEnded(ChatError):
    """This link has ended. Open the conversation again for a new one."""

    code = "link_ended"
    http_status = 401


class NoSuchQuestion(ChatError):
    """This question was about another conversation."""

    code = "no_such_question"
    http_status = 404


class NoSuchVisitor(ChatError):
    """There is no such visitor."""

    code = "no_such_visitor"
    http_status = 404


class MailOff(ChatError):
    """There is no address to send it to, or this server sends no mail. Leave your e-mail address first."""

    code = "mail_off"
    http_status = 409


class ClientIdConflict(ChatError):
    """This client_id was used for another message. Make a new UUID for each new message."""

    code = "client_id_conflict"
    http_status = 409


class NotAuthenticated(ChatError):
    """This token is unknown or expired. Ask for a new one and connect again."""

    code = "not_authenticated"
    http_status = 401
    close = CloseCode.NOT_AUTHENTICATED


class BadIdentity(ChatError):
    """This identity is not signed with one of the site's secrets. docs/identity.md shows how to sign it."""

    code = "bad_identity"
    http_status = 422


class IdentityWaits(ChatError):
    """You are with our team in two chats. Finish this one first; then you are signed in here as well."""

    code = "identity_waits"
    http_status = 409


class IdentityRequired(NotAuthenticated):
    """This shop's chat is for signed-in customers. Sign in on its page, then open the chat again."""

    code = "identity_required"


class ConsentRequired(ChatError):
    """This shop asks first whether its notice about your data is fine with you. Agree to it, then go on."""

    code = "consent_required"
    http_status = 403
    close = CloseCode.CONSENT_REQUIRED


class SlotTaken(ChatError):
    """This time has just been taken. Choose another one."""

    code = "slot_taken"
    http_status = 409


class WrongVersion(ChatError):
    """This client speaks another version of the protocol. Reload the page."""

    code = "wrong_version"
    http_status = 400
    close = CloseCode.VERSION


class WrongPassword(ChatError):
    """E-mail and password do not match an account. Check both and sign in again."""

    code = "wrong_password"
    http_status = 401


class CodeNeeded(ChatError):
    """Type the code that your authenticator shows, or one of your recovery codes."""

    code = "code_needed"
    http_status = 401


class WrongCode(ChatError):
    """That code has passed, or was used. Type the one that your authenticator shows now."""

    code = "wrong_code"
    http_status = 401


class EnrolFirst(ChatError):
    """Your role signs in with a second step. Set it up once, then go on."""

    code = "enrol_first"
    http_status = 403
    close = CloseCode.NOT_AUTHENTICATED


class WayInEnded(ChatError):
    """This link was used or has ended. Ask an administrator for a new one."""

    code = "way_in_ended"
    http_status = 410


class AccountRefused(ChatError):
    """This account cannot be as you want it. Change it and try again."""

    code = "account_refused"
    http_status = 422


class LastAdmin(ChatError):
    """This is the only administrator. Make somebody else one first, so that someone can let people in."""

    code = "last_admin"
    http_status = 409


class NoSuchAgent(ChatError):
    """Nobody of the team has this account. The list of people shows all."""

    code = "no_such_agent"
    http_status = 404


class Forbidden(ChatError):
    """Your account may not do this. Ask an administrator of this site."""

    code = "forbidden"
    http_status = 403


class OriginRefused(ChatError):
    """This page is not on the site's list of allowed origins. Add it with `kickstand site add --origin`."""

    code = "origin_refused"
    http_status = 403
    close = CloseCode.ORIGIN_REFUSED


class NoSuchConversation(ChatError):
    """There is no such conversation."""

    code = "no_such_conversation"
    http_status = 404


class NoSuchSite(ChatError):
    """There is no site with this key. `kickstand site list` shows the keys."""

    code = "no_such_site"
    http_status = 404


class AlreadyAssigned(ChatError):
    """Another agent has taken this conversation."""

    code = "already_assigned"
    http_status = 409


class NotAssigned(ChatError):
    """You no longer hold this conversation. Claim it again to write in it."""

    code = "not_assigned"
    http_status = 409


class NotWaiting(ChatError):
    """This conversation is not waiting for a person any more."""

    code = "not_waiting"
    http_status = 409


class AtCapacity(ChatError):
    """You hold as many conversations as your limit allows. Resolve or release one first."""

    code = "at_capacity"
    http_status = 409


class Offered(ChatError):
    """This conversation rings at a colleague just now."""

    code = "offered"
    http_status = 409


class NoRoom(ChatError):
    """This colleague has no room for another conversation. Pass it to the team instead."""

    code = "no_room"
    http_status = 409


class Moved(ChatError):
    """This conversation has moved on meanwhile. The queue shows where it is."""

    code = "moved"
    http_status = 409


class InThePast(ChatError):
    """That moment has passed. Choose one that lies ahead."""

    code = "in_the_past"
    http_status = 422


class NoSuchColleague(ChatError):
    """Nobody here to pass it to goes by that name. Choose again from the list."""

    code = "no_such_colleague"
    http_status = 404


class OpenPromises(ChatError):
    """A promise is open in this conversation. Keep it, agree on another moment, or resolve and keep it afterwards."""

    code = "open_promises"
    http_status = 409


class NoSuchPromise(ChatError):
    """There is no such promise."""

    code = "no_such_promise"
    http_status = 404


class PromiseSettled(ChatError):
    """This promise is kept already. Make a new one."""

    code = "promise_settled"
    http_status = 409


class BadPromise(ChatError):
    """A promise says what will be done, in 1 to 500 characters, within a year."""

    code = "bad_promise"
    http_status = 422


class OverLimit(ChatError):
    """This takes a second person. Ask for one, and it goes the moment they agree."""

    code = "over_limit"
    http_status = 409


class NeedsReason(ChatError):
    """With this authority everything is allowed and said why. Add a line."""

    code = "needs_reason"
    http_status = 422


class NoSuchRemedy(ChatError):
    """There is no such remedy."""

    code = "no_such_remedy"
    http_status = 404


class RemedyDecided(ChatError):
    """This was decided meanwhile. What became of it stands in the conversation."""

    code = "remedy_decided"
    http_status = 409


class MayNotDecide(ChatError):
    """Somebody else has to decide this one."""

    code = "may_not_decide"
    http_status = 403


class BadRemedy(ChatError):
    """A remedy has one to six parts; something else says in a few words what it is."""

    code = "bad_remedy"
    http_status = 422


class OtherCurrency(ChatError):
    """Limits here are set in another currency."""

    code = "other_currency"
    http_status = 422


class BadRules(ChatError):
    """These limits cannot be kept. Check the amounts."""

    code = "bad_rules"
    http_status = 422


class TooManyTags(ChatError):
    """Twelve tags are on this conversation. Take one off first."""

    code = "too_many_tags"
    http_status = 409


class RateLimited(ChatError):
    """That was quicker than we can take. Your message is kept and goes out in a moment."""

    code = "rate_limited"
    http_status = 429
    retryable = True


class TooManyConnections(ChatError):
    """Too many connections are open. Close another tab and try again in a moment."""

    code = "too_many_connections"
    http_status = 429
    retryable = True
    close = CloseCode.RATE


class Unavailable(ChatError):
    """We could not store this just now. It is kept and sent again by itself."""

    code = "unavailable"
    http_status = 503
    retryable = True


class Draining(Unavailable):
    """This server is restarting. Your message is kept and goes out in a moment."""

    code = "draining"
    close = CloseCode.DRAINING


class BadAccount(ValueError):
    """This account cannot be made; the message says what to change."""


class StartupRefused(Exception):
    """The server does not start; the message says what to do."""


class DatabaseInUse(StartupRefused):
    """Another Kickstand process already serves this database file."""
