"""Writes a table of purchases by five writers: the rows come as JSON, one list a row, headings first.

    write.py ROWS.json FOLDER

The project's own writer is asked by the test itself. What stands in no letter of windows-1251 is left out of that file.
"""

import datetime
import json
import os
import subprocess
import sys

import openpyxl
import pandas
import xlwt


def typed(text):
    """A cell as people have it: numbers and days as such."""
    if text.isdigit() and not text.startswith("0"):
        return int(text)
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return text


def main():
    rows = json.load(open(sys.argv[1], encoding="utf-8"))
    folder = sys.argv[2]
    os.makedirs(folder, exist_ok=True)
    path = lambda name: os.path.join(folder, name)
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append([typed(text) for text in row])
    book.save(path("openpyxl.xlsx"))
    plain = pandas.DataFrame(rows[1:], columns=rows[0])
    plain.to_csv(path("pandas-cp1251.csv"), sep=";", index=False, encoding="cp1251", errors="replace")
    old = xlwt.Workbook(encoding="utf-8")
    sheet = old.add_sheet("Sheet1")
    day = xlwt.easyxf(num_format_str="DD.MM.YYYY")
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            value = typed(text)
            if isinstance(value, datetime.date):
                sheet.write(y, x, value, day)
            else:
                sheet.write(y, x, value)
    old.save(path("xlwt.xls"))
    for kind in ("ods", "xls"):
        subprocess.run(
            ["soffice", "--headless", "--convert-to", kind, "--outdir", folder, path("openpyxl.xlsx")],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        os.replace(path("openpyxl." + kind), path("libreoffice." + kind))


main()
