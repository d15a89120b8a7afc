"""Names that sound like the lower Huai: roads, villages, firms and officials, all invented."""

from __future__ import annotations

from collections.abc import Iterator

from .place import chance

_MAIN = [
    "人民",
    "解放",
    "建设",
    "青年",
    "和平",
    "迎宾",
    "世纪",
    "振兴",
    "开放",
    "发展",
    "澜江",
    "清湖",
    "东风",
    "朝阳",
    "长江",
    "淮海",
    "黄河",
    "太湖",
    "泰山",
    "华山",
    "天山",
    "昆仑",
    "文化",
    "体育",
    "科技",
    "创新",
    "学府",
    "健康",
    "海洋",
    "航运",
    "港城",
    "临港",
    "通达",
    "盐河",
    "运河",
    "里河",
    "兴化",
    "宝应",
    "望海",
    "观湖",
    "瀛洲",
    "海棠",
    "紫荆",
    "银杏",
    "白鹭",
    "飞鸿",
    "凤凰",
    "麒麟",
    "金陵",
    "姑苏",
    "维扬",
    "淮安",
    "延陵",
    "彭城",
    "琅琊",
    "钟山",
    "栖霞",
    "云台",
    "龙泉",
    "松溪",
    "屏山",
    "石梁",
    "茶坪",
    "荷塘",
    "芦汀",
    "沙洲",
]
_FIRST = "文德康永瑞丰华金玉清云景春秋梅兰竹桂松柳荷桃枫银福祥泰宏昌盛锦晨晴星月"
_SECOND = "安兴昌平宁源泽川阳光苑园泉溪台亭桥门湾渡林峰庭和"
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_VILLAGE_TAILS = ("庄", "村", "舍", "圩", "垛", "桥", "湾", "垎", "埂", "集")
_FIRM_FIRST = "澜清泽宏瑞博恒远盛凌启科联创达振鑫海天云晟拓锐邦"
_FIRM_SECOND = "图能威源锋信合力芯宇峰辰泰通诺德润邦腾科阳"


def road_names(level: str) -> Iterator[str]:
    """Yield invented road names of one class for ever."""
    tail = {"expressway": "快速路", "arterial": "大道", "secondary": "路", "local": "街", "rural": "线"}[
        level
    ]
    pool = list(_MAIN) if level == "arterial" else [a + b for a in _FIRST for b in _SECOND if a != b]
    order = chance(f"roads:{level}").permutation(len(pool))
    offset = 0
    while True:
        for i in order:
            yield pool[int(i)] + ("" if offset == 0 else "一二三四五六"[offset - 1]) + tail
        offset = min(offset + 1, 6)


def village_names() -> Iterator[str]:
    """Yield invented village names for ever."""
    rng = chance("villages:names")
    seen: set[str] = set()
    while True:
        name = (
            _SURNAMES[rng.integers(len(_SURNAMES))]
            + ("家" if rng.random() < 0.4 else "")
            + str(rng.choice(_VILLAGE_TAILS))
        )
        if name not in seen or len(seen) > 200:
            seen.add(name)
            yield name


def firm_names() -> Iterator[str]:
    """Yield invented short names of firms for ever."""
    rng = chance("firms")
    pool = [a + b for a in _FIRM_FIRST for b in _FIRM_SECOND if a != b]
    order = rng.permutation(len(pool))
    while True:
        for i in order:
            yield pool[int(i)]
