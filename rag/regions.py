"""Provinces and cities: the one that a document is for, those that a question names."""

import re

NATION = "全国"
WORLD = "全球"
_PROVINCES = {
    "北京": "市", "天津": "市", "上海": "市", "重庆": "市", "河北": "省", "山西": "省", "辽宁": "省", "吉林": "省",
    "黑龙江": "省", "江苏": "省", "浙江": "省", "安徽": "省", "福建": "省", "江西": "省", "山东": "省", "河南": "省",
    "湖北": "省", "湖南": "省", "广东": "省", "海南": "省", "四川": "省", "贵州": "省", "云南": "省", "陕西": "省",
    "甘肃": "省", "青海": "省", "台湾": "省", "内蒙古": "自治区", "广西": "壮族自治区", "西藏": "自治区",
    "宁夏": "回族自治区", "新疆": "维吾尔自治区", "香港": "", "澳门": "",
}  # fmt: skip
_CAPITALS = (
    "石家庄太原沈阳长春哈尔滨南京杭州合肥福州南昌济南郑州武汉长沙广州海口成都贵阳昆明西安兰州西宁呼和浩特南宁拉萨银川乌鲁木齐"
    "深圳青岛大连宁波厦门"
)
_PROVINCE = re.compile("|".join(sorted(_PROVINCES, key=len, reverse=True)))
_CITY = re.compile(r"(?:^|[^\u4e00-\u9fff]|省|区)([\u4e00-\u9fff]{2,4}?市)(?!场|政|民|商|区|县)")
_NATIONAL = re.compile(
    "^(国家|国务院|中共中央|全国|最高人民|中央|[^、]{2,8}(部|总局|总署|总台))|^中国[^、]*(协会|学会|联合会)$"
)


def region_of(name: str) -> str | None:
    """Return the city or province that a title or the name of a body contains, in its full form; None without one."""
    rest = name
    province = _PROVINCE.search(name)
    full = None
    if province:
        short = province.group()
        full = short + _PROVINCES[short]
        if _PROVINCES[short] == "市":
            return full
        rest = re.sub(rf"^{short}(省|自治区|壮族自治区|回族自治区|维吾尔自治区|特区)?", "", name)
    city = _CITY.search(rest)
    if city and rest.startswith(city.group(1)):
        return city.group(1)
    capital = next((rest[:n] for n in (3, 2) if len(rest) >= n and rest[:n] in _capitals()), None)
    if capital:
        return capital + "市"
    return full


def is_national(body: str) -> bool:
    """Tell whether a body acts for the whole country: a ministry, a national office or association."""
    return region_of(body) is None and _NATIONAL.search(body) is not None


def _capitals() -> frozenset[str]:
    names = {"石家庄", "哈尔滨"}
    rest = (
        _CAPITALS.replace("石家庄", "").replace("哈尔滨", "").replace("呼和浩特", "").replace("乌鲁木齐", "")
    )
    return frozenset(names | {rest[i : i + 2] for i in range(0, len(rest), 2)})


def places_in(text: str) -> frozenset[str]:
    """Return the short names of the provinces and larger cities that a text names: 贵州, 深圳; none gives none."""
    found = {m.group() for m in _PROVINCE.finditer(text)}
    found |= {name for name in _capitals() if name in text}
    found |= {m.group(1).removesuffix("市") for m in _CITY.finditer(text)}
    return frozenset(found)
