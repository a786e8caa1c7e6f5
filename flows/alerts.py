"""What people are told without looking: four automations of the Prefect server, each with words of its own.

They speak through Prefect's notification blocks whose names begin with `warraq-alerts`, of whatever kind: Slack, Teams,
webhook, mail. While there is none, they are there and switched off; the next `warraq deploy` after a block was made
lets them speak. What somebody has changed in one of them is never changed back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flows.automations import TAG
from flows.prefect_api import prefect_client

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.events.schemas.automations import AutomationCore, EventTrigger

BLOCKS = "warraq-alerts"  # how the names of the blocks begin
TWICE_WITHIN = timedelta(hours=1)
SOURCE_EVENT, SPOOL_EVENT = "warraq.source", "warraq.spool.owes"
_FAILED = {"prefect.flow-run.Failed", "prefect.flow-run.Crashed"}
_RUN = "{{ flow_run.name }}\n{{ flow_run.state.message }}\n{{ flow_run|ui_url }}"

_AFTER_CRAWLS = (
    "Next: open the run; its report says what is owed, and why. If it is one publisher, `warraq sources check ID` says "
    "what is wrong, and the pause deployment leaves it alone meanwhile. If it is all of them, look at the network, the "
    "disk and the store, and run it again: what is done is not done twice.\n\n"
    "ما العمل؟ افتح التشغيل، ففي تقريره ما بقي معلّقًا وسببه. إن كان السبب ناشرًا واحدًا فأوقفه مؤقتًا، "
    "وإلا فتحقق من الشبكة والقرص والمخزن ثم أعد التشغيل، ولن يُعاد ما أُنجز."
)
_AFTER_DAMAGE = (
    "Next: the run's report names what is damaged. `warraq verify --repair` makes again what can be made again; what "
    "cannot, such as a WARC, comes from a backup: deploy/BACKUP.md.\n\n"
    "ما العمل؟ في تقرير التشغيل أسماء ما تلف. الأمر `warraq verify --repair` يعيد صنع ما أمكن، "
    "وما لا يمكن يُستعاد من نسخة احتياطية."
)


def ensure_alerts(api_url: str | None = None) -> list[str]:
    """Create what is missing, and give those that could tell nobody a voice; all names. Raises PrefectUnreachable."""
    with prefect_client(api_url) as client:
        blocks = _blocks(client)
        names = []
        for name, description, trigger, subject, body in alerts():
            wanted = _automation(name, description, trigger, _actions(blocks, subject, body))
            found = client.read_automations_by_name(name)
            if not found:
                client.create_automation(wanted)
            elif blocks and all(action.type == "do-nothing" for action in found[0].actions):
                client.update_automation(found[0].id, wanted)
            names.append(name)
    return names


def _blocks(client: SyncPrefectClient) -> list[UUID]:
    """Ids of the blocks that alerts go to, by name."""
    documents = client.read_block_documents(include_secrets=False)
    named = [each for each in documents if each.name and each.name.startswith(BLOCKS)]
    can_notify = [each for each in named if each.block_schema and "notify" in each.block_schema.capabilities]
    return [each.id for each in sorted(can_notify, key=lambda each: each.name or "")]


def _actions(blocks: list[UUID], subject: str, body: str) -> list[Any]:
    from prefect.events.actions import DoNothing, SendNotification

    return [SendNotification(block_document_id=each, subject=subject, body=body) for each in blocks] or [DoNothing()]


def _automation(name: str, description: str, trigger: EventTrigger, actions: list[Any]) -> AutomationCore:
    from prefect.events.schemas.automations import AutomationCore

    speaks = actions[0].type != "do-nothing"
    until = "" if speaks else f". Off until there is a block named {BLOCKS}, and `warraq deploy` was run again"
    return AutomationCore(
        name=name, description=f"{description}{until}", enabled=speaks, tags=[TAG], trigger=trigger, actions=actions
    )


def alerts() -> list[tuple[str, str, EventTrigger, str, str]]:
    """Name, description, trigger, and the words: subject and body."""
    return [
        (
            "warraq: crawl failed twice",
            "Two crawls failed within an hour · أخفق الزحف مرتين في ساعة",
            _failed_runs(("crawl", "crawl-due"), threshold=2, within=TWICE_WITHIN),
            "ورّاق: أخفق الزحف مرتين · Warraq: crawls failed twice",
            f"{_RUN}\n\n{_AFTER_CRAWLS}",
        ),
        (
            "warraq: silent source",
            "A publisher has fallen silent, was redesigned or turns us away · ناشر صمت أو تغيّر أو منعنا",
            _events(f"{SOURCE_EVENT}.*", {"prefect.resource.id": f"{SOURCE_EVENT}.*", "warraq.failure": "yes"}),
            "ورّاق: {{ event.payload.name.ar }} · Warraq: {{ event.payload.name.en }}",
            "{{ event.payload.seen.ar }}\n\n{{ event.payload.seen.en }}\n\nNext · ما العمل: {{ event.payload.next }}",
        ),
        (
            "warraq: verify found damage",
            "The daily verification found damage, or failed · وجد الفحص اليومي تلفًا",
            _failed_runs(("verify",), threshold=1, within=timedelta(0)),
            "ورّاق: وجد الفحص تلفًا · Warraq: verify found damage",
            f"{_RUN}\n\n{_AFTER_DAMAGE}",
        ),
        (
            "warraq: spool owes for more than an hour",
            "Captures wait on a worker's disk because the store does not take them · لقطات لم تصل إلى المخزن",
            _events(SPOOL_EVENT, {"prefect.resource.id": "warraq.spool.*"}),
            "ورّاق: لقطات لم تُرفع · Warraq: captures are not in the store",
            "{{ event.payload.files }} files ({{ event.payload.bytes }} bytes) wait in {{ event.payload.folder }} on "
            "{{ event.payload.host }} since {{ event.payload.since }}.\n\nNext: is the store up? Then `warraq status "
            "--settle` on that machine.\n\nما العمل؟ تأكد من أن المخزن يعمل، ثم نفّذ `warraq status --settle` "
            "على ذلك الجهاز.",
        ),
    ]


def _failed_runs(flows: tuple[str, ...], *, threshold: int, within: timedelta) -> EventTrigger:
    from prefect.events.schemas.automations import EventTrigger, Posture
    from prefect.events.schemas.events import ResourceSpecification

    return EventTrigger(
        expect=_FAILED,
        match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
        match_related=ResourceSpecification({"prefect.resource.role": "flow", "prefect.resource.name": list(flows)}),
        posture=Posture.Reactive,
        threshold=threshold,
        within=within,
    )


def _events(event: str, match: dict[str, str]) -> EventTrigger:
    from prefect.events.schemas.automations import EventTrigger, Posture
    from prefect.events.schemas.events import ResourceSpecification

    return EventTrigger(
        expect={event},
        match=ResourceSpecification({key: [value] for key, value in match.items()}),
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
    )
