"""What a file must come to, computed with pandas. Numbers are whole ones, in millionths, so that nothing is rounded."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pandas as pd

UNIT = 1_000_000
START = 1_740_000_000_000


def file_of(symbols: list[str], rows: int, seed: int) -> str:
    """A file with times in every form, repeated keys, missing numbers and bad rows."""
    random = Random(seed)

    def number(least: int = 1) -> str:
        return f"{random.randrange(least, 10**9) / 10 ** random.randrange(7):.6f}".rstrip("0").rstrip(".")

    lines = ["note,timestamp,symbol,price,volume,low,high\r\n"]
    for _ in range(rows):
        at = START + random.randrange(rows) * 30_000
        time = random.choice(
            [str(at), str(at // 1000), pd.Timestamp(at, unit="ms", tz="UTC").isoformat(), f"{at // 1000}.000"]
        )
        low, high = sorted([Fraction(number()), Fraction(number())])
        cells = [time, random.choice(symbols), number(), number(0), decimal(low), decimal(high)]
        if random.random() < 0.1:
            cells[random.randrange(2, 6)] = ""
        if random.random() < 0.02:
            cells[2] = random.choice(["NaN", "abc", "1e400", "--1"])
        lines.append(",".join(['"a ""note"", of no use"', *cells]) + "\r\n")
    return "".join(lines)


def decimal(number: Fraction, places: int = 6) -> str:
    """A number to so many places, without needless zeros; halves to even."""
    whole = round(number * 10**places)
    text = f"{abs(whole):0{places + 1}}"
    shown = f"{text[:-places]}.{text[-places:]}".rstrip("0").rstrip(".")
    return f"-{shown}" if whole < 0 else shown


def frame_of(path: Any) -> tuple[pd.DataFrame, dict[str, int]]:
    """The records that a file must come to, and the sums of its job."""
    read = pd.read_csv(path, dtype=str, keep_default_na=False)
    numbers = ["price", "volume", "low", "high"]
    bad = pd.Series(False, index=read.index)
    for name in numbers:
        given = read[name] != ""
        bad |= given & ~read[name].str.fullmatch(r"[0-9]+(\.[0-9]+)?")
    good = read[~bad].copy()
    epoch = pd.to_numeric(good["timestamp"], errors="coerce")
    iso = pd.to_datetime(good["timestamp"].where(epoch.isna()), utc=True, format="ISO8601")
    epoch = epoch.where(epoch > 10**11, epoch * 1000)
    good["at"] = epoch.fillna(iso.astype("datetime64[ms, UTC]").astype("int64").where(iso.notna())).astype("int64")
    for name in numbers:
        whole = [None if text == "" else int(Fraction(text) * UNIT) for text in good[name]]
        good[name] = pd.Series(whole, index=good.index, dtype=object)
    kept = good.drop_duplicates(["symbol", "at"], keep="last").sort_values(["symbol", "at"])
    sums = {"total": len(read), "accepted": len(kept), "rejected": int(bad.sum()), "superseded": len(good) - len(kept)}
    return kept, sums


def summary_of(records: pd.DataFrame) -> dict[str, Any]:
    """The summary of a symbol."""
    priced = records[records["price"].notna()]
    volumes = priced["volume"].map(lambda volume: volume or 0)
    weight = int(volumes.sum())
    return {
        "count": len(records),
        "firstTime": moment(records["at"].iloc[0]),
        "lastTime": moment(records["at"].iloc[-1]),
        "first": exact(priced["price"].iloc[0]),
        "last": exact(priced["price"].iloc[-1]),
        "min": exact(priced["price"].min()),
        "max": exact(priced["price"].max()),
        "mean": decimal(Fraction(int(priced["price"].sum()), UNIT * len(priced)), 12),
        "volumeWeightedMean": decimal(Fraction(int((priced["price"] * volumes).sum()), UNIT * weight), 12),
        "volume": exact(records["volume"].dropna().sum()),
    }


def bars_of(records: pd.DataFrame, milliseconds: int) -> list[dict[str, Any]]:
    """The bars of a symbol; without columns for open and close, the price stands for both."""
    bars: list[dict[str, Any]] = []
    for start, group in records.groupby(records["at"] // milliseconds * milliseconds):
        prices = group["price"].dropna()
        highest = group["high"].fillna(group["price"]).dropna()
        lowest = group["low"].fillna(group["price"]).dropna()
        bars.append(
            {
                "start": moment(start),
                "open": exact(prices.iloc[0]) if len(prices) else None,
                "high": exact(highest.max()) if len(highest) else None,
                "low": exact(lowest.min()) if len(lowest) else None,
                "close": exact(prices.iloc[-1]) if len(prices) else None,
                "volume": exact(group["volume"].dropna().sum()),
                "count": len(group),
            }
        )
    return bars


def exact(millionths: Any) -> str:
    return decimal(Fraction(int(millionths), UNIT))


def moment(at: Any) -> str:
    return pd.Timestamp(int(at), unit="ms").isoformat(timespec="milliseconds") + "Z"
