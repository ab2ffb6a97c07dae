"""Provinces and cities: the one that a document is for, those that a question names."""

import re
from collections.abc import Iterable

from rag.hit.cities import CITY, PROVINCE_OF

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
_ENGLISH = {
    "Beijing": "北京", "Tianjin": "天津", "Shanghai": "上海", "Chongqing": "重庆", "Hebei": "河北", "Shanxi": "山西",
    "Liaoning": "辽宁", "Jilin": "吉林", "Heilongjiang": "黑龙江", "Jiangsu": "江苏", "Zhejiang": "浙江", "Anhui": "安徽",
    "Fujian": "福建", "Jiangxi": "江西", "Shandong": "山东", "Henan": "河南", "Hubei": "湖北", "Hunan": "湖南",
    "Guangdong": "广东", "Hainan": "海南", "Sichuan": "四川", "Guizhou": "贵州", "Yunnan": "云南", "Shaanxi": "陕西",
    "Gansu": "甘肃", "Qinghai": "青海", "Taiwan": "台湾", "Inner Mongolia": "内蒙古", "Guangxi": "广西", "Tibet": "西藏",
    "Ningxia": "宁夏", "Xinjiang": "新疆", "Hong Kong": "香港", "Macao": "澳门", "Macau": "澳门", "Shijiazhuang": "石家庄",
    "Taiyuan": "太原", "Shenyang": "沈阳", "Changchun": "长春", "Harbin": "哈尔滨", "Nanjing": "南京", "Hangzhou": "杭州",
    "Hefei": "合肥", "Fuzhou": "福州", "Nanchang": "南昌", "Jinan": "济南", "Zhengzhou": "郑州", "Wuhan": "武汉",
    "Changsha": "长沙", "Guangzhou": "广州", "Haikou": "海口", "Chengdu": "成都", "Guiyang": "贵阳", "Kunming": "昆明",
    "Xi'an": "西安", "Lanzhou": "兰州", "Nanning": "南宁", "Shenzhen": "深圳", "Qingdao": "青岛", "Dalian": "大连",
    "Ningbo": "宁波", "Xiamen": "厦门",
}  # fmt: skip
_IN_ENGLISH = re.compile(r"\b(" + "|".join(_ENGLISH) + r")\b", re.IGNORECASE)
_BY_NAME = {name.lower(): chinese for name, chinese in _ENGLISH.items()}
_PROVINCE = re.compile("|".join(sorted(_PROVINCES, key=len, reverse=True)))
# Read from left to right: 广西安全 names no 西安, and 云南平台 no 南平. 入海口 is no 海口, and 大连接 no 大连.
_PLACE = re.compile(
    f"(?P<province>{'|'.join(sorted(_PROVINCES, key=len, reverse=True))})|(?<![入出])(?!大连[接带续锁])(?P<city>{CITY})"
)
_NO_NAME = re.compile("哪|^[各本该这那每某几多全外跨]|[省区县市]|[上超城股夜楼门]$")
"""What stands before 市 without being its name: 哪些省市, 吉林哪个市, 各市, 上市, 试点城市."""
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


def with_chinese_names(text: str) -> str:
    """Return the text with the Chinese names of the places that it names in English behind it."""
    names = dict.fromkeys(_BY_NAME[m.group().lower()] for m in _IN_ENGLISH.finditer(text))
    return " ".join((text, *names))


def names_of(place: str) -> list[str]:
    """Return how a place may be called: its short Chinese name, then its English ones."""
    return [place, *(name for name, chinese in _ENGLISH.items() if chinese == place)]


def places_in(text: str) -> frozenset[str]:
    """Return the short names of the provinces and cities that a text names: 贵州, 深圳; none gives none."""
    text = with_chinese_names(text)
    found = {m.group() for m in _PLACE.finditer(text)}
    # 和 before a name of two characters joins two names; 和田市 is one.
    cities = {re.sub("^[和与及或](?=..市)", "", m.group(1)).removesuffix("市") for m in _CITY.finditer(text)}
    others = {city for city in cities if city in PROVINCE_OF or not _NO_NAME.search(city)}
    # 违反北京市 is no city: it ends with one.
    return frozenset(found | {city for city in others if not any(city.endswith(place) for place in found)})


def narrowest(places: Iterable[str]) -> frozenset[str]:
    """Return places without the provinces of which a city is among them: 贵阳 of 贵州省贵阳市."""
    found = frozenset(places)
    return found - {PROVINCE_OF.get(place) for place in found}


def holds_in(region: str | None, place: str) -> bool:
    """Tell whether the rules of a region hold in a place: it is that place, or the province of that city."""
    return bool(region) and str(region).startswith((place, PROVINCE_OF.get(place, place)))


def is_part_of(region: str | None, place: str) -> bool:
    """Tell whether a region is a city of a province: 贵阳市 of 贵州."""
    return PROVINCE_OF.get((region or "").removesuffix("市")) == place


def without_places(text: str) -> str:
    """Return the text with a blank for each province and larger city that it names, in Chinese or English."""
    text = _IN_ENGLISH.sub(" ", text)
    for name in sorted(places_in(text)):
        text = re.sub(rf"{re.escape(name)}(?:市|省|自治区)?", " ", text)
    return text
