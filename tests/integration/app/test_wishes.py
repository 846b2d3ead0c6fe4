"""What the bot understands as a cry for a person takes the lane that is meant for it, where triage heard nothing."""

from __future__ import annotations

from tests.conftest import Start

SAID = {
    "i have a complaint": "emotion",
    "had it repaired by you and no change": "repeat",
    "is there a safety recall": "safety",
    "phone call please": "human_request",
}


async def test_the_shipped_bots_wishes_reach_their_lanes(start: Start) -> None:
    lanes = {}
    async with start(bot_project=None) as server:
        site = await server.new_site()
        async with server.agent(site) as maya:
            for said in SAID:
                async with server.visitor(site) as anna:
                    await anna.say(said)
                    ticket = await maya.ticket(anna.conversation_id, "waiting")
                    lanes[said] = ticket["reason"]
                    assert ticket["quote"] == said
                    assert [each["reason"] for each in ticket["evidence"]] == [ticket["reason"]]
    assert lanes == SAID
