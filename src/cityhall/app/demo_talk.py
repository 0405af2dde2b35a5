"""What people said in the demo city: news, comments and their answers, an example of use, requests, a kept search. Once."""

from __future__ import annotations

from datetime import timedelta

from cityhall.catalog.queries import dataset as find_dataset
from cityhall.identity.actions import change_profile
from cityhall.identity.queries import actor_for_person, people
from cityhall.kernel import clock
from cityhall.kernel.actor import system_actor
from cityhall.kernel.text import Text
from cityhall.messaging.actions import announce, subscribe
from cityhall.messaging.queries import news
from cityhall.opening.actions import (
    comment,
    decide_comment,
    decide_reuse,
    file_opening,
    set_favourite,
    show_reuse,
)

BUILDER = system_actor("demo")
# days ago, title, text
NEWS = (
    (
        1,
        Text(en="City management cases are on the map", zh="城市管理案件上图"),
        Text(
            en="Open cases, how long they take and how many are settled in time are public: see Services.",
            zh="未结案件、办理用时和按期结案率现已公开，请从“服务”进入查看。",
        ),
    ),
    (
        6,
        Text(en="All open datasets can be read by program", zh="全部开放数据集可由程序读取"),
        Text(
            en="Every open dataset has its own interface and finished files in six formats. No account is needed.",
            zh="每个开放数据集都有自己的接口和六种格式的现成文件，无需注册。",
        ),
    ),
    (
        20,
        Text(en="The catalogue opens", zh="数据目录上线"),
        Text(
            en="Agencies of the city and its districts publish their catalogues here, with quality reports for every version.",
            zh="市级部门和各区县在此发布数据目录，每个版本都附质量报告。",
        ),
    ),
)
# dataset, what a citizen wrote, what the agency answered ("": it still waits for the steward)
SAID = (
    ("bus_stops", "站点的候车亭信息会加入吗？", "会。候车亭正在普查，下个季度的版本里增加一项。"),
    ("parking_lots", "夜间收费标准与现场公示一致，数据很有用。", "感谢反馈，调价当日会同步更新。"),
    ("police_calls", "能否按街道提供汇总？", ""),
)
MADE = (
    ("bus_stops", "城市出行图", "https://example.org/ride", "按站点查看换乘和步行时间。"),
    ("parking_lots", "停车余位小程序", "https://example.org/parking", "按区县查看停车场车位数。"),
)
ASKED = (
    ("water_usage", "研究各街道的用水变化，需要分月的用水量。", "大学课题，成果公开发表。"),
    ("population_register", "社区养老规划需要分街道的人口结构。", "社区规划，不涉及个人。"),
)


def build_talk() -> None:
    """Let the demo's people speak, unless they did."""
    if news():
        return
    known = {person.username: person.id for person in people()}
    citizen, developer, operator = (
        actor_for_person(known[name]) for name in ("citizen", "developer", "operator")
    )
    change_profile(citizen, "林女士", "zh-hans")
    for days, title, body in NEWS:
        announce(BUILDER, title, body, starts=clock.now() - timedelta(days=days))
    for code, words, reply in SAID:
        said = comment(citizen, find_dataset(code).id, words)
        if reply:
            decide_comment(BUILDER, said, True)
            comment(operator, find_dataset(code).id, reply, reply_to=said)
    for code, name, address, about in MADE:
        decide_reuse(BUILDER, show_reuse(developer, find_dataset(code).id, name, address, about), True)
    for code, reason, purpose in ASKED:
        file_opening(citizen, find_dataset(code).id, "", reason, purpose)
    for code in ("bus_stops", "water_quality"):
        set_favourite(citizen, find_dataset(code).id, True)
    subscribe(citizen, "公交", {"q": "公交"})
