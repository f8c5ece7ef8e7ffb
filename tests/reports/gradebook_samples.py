"""Gradebooks as Moodle, Canvas, Blackboard and ILIAS write them, made up for three students and a stranger.

Each has what makes its kind hard to give back: signs in quotation marks, a second row, UTF-16, leading zeros.
"""

from __future__ import annotations

MOODLE = (
    b'"First name","Last name","ID number","Email address","Assignment: Essay (Real)",'
    b'"Assignment: A small exam (Real)","Course total (Real)","Last downloaded from this course"\n'
    b'Ada,"Love ""Count"" lace",1001,ada@example.org,7.50,-,7.50,1763886000\n'
    b"Ben,Bitdiddle,1002,ben@example.org,-,-,-,1763886000\n"
    b"Cleo,Patra,1003,cleo@example.org,3.00,-,3.00,1763886000\n"
    b"Zed,Stranger,0099,zed@example.org,1.00,-,1.00,1763886000\n"
)
WORKSHEET = (
    "\ufeffID;Vollständiger Name;E-Mail-Adresse;Status;Bewertung;Bestwertung;"
    "Zuletzt geändert (Bewertung);Feedback als Kommentar\r\n"
    'Teilnehmer/in4711;Ada Lovelace;ada@example.org;Abgegeben;;20,00;-;"=SUMME(A1;\r\nB2)"\r\n'
    "Teilnehmer/in4712;Ben Bitdiddle;ben@example.org;Abgegeben;12,50;20,00;-;\r\n"
    "Teilnehmer/in4713;Cleo Patra;cleo@example.org;Keine Abgabe;;20,00;-;\r\n"
).encode()
CANVAS = (
    b"Student,ID,SIS User ID,SIS Login ID,Section,Essay (501),A small exam (502),"
    b"Current Score,Final Score\r\n"
    b",,,,,,Manual Posting,,\r\n"
    b"    Points Possible,,,,,10.00,10.00,(read only),(read only)\r\n"
    b'"Lovelace, Ada",88123,1001,ada,Physics 1,9.00,,90.00,45.00\r\n'
    b'"Bitdiddle, Ben",88124,1002,ben,Physics 1,EX,,N/A,N/A\r\n'
    b'"Patra, Cleo",88125,1003,cleo,"Physics 1 and Physics 2",,,,\r\n'
    b'"Student, Test",88999,,4e5f,Physics 1,,,,\r\n'
)
BLACKBOARD = (
    '\ufeff"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t"Availability"\t'
    '"Essay [Total Pts: 10 Score] |501"\t"A small exam [Total Pts: 100 Score] |502"\r\n'
    '"Lovelace"\t"Ada"\t"ada"\t"0001001"\t"2026-11-23 08:00:00"\t"Yes"\t"9.00"\t""\r\n'
    '"Bitdiddle"\t"Ben"\t"ben"\t"0001002"\t""\t"Yes"\t""\t""\r\n'
    '"Pâtra"\t"Cleo"\t"cleo"\t"0001003"\t""\t"No"\t""\t""\r\n'
).encode("utf-16-le")
ILIAS = "Matrikel;Name;Vorname;Bemerkung\r1001;Löve;Ada;\r1002;Bit;Ben;x\r".encode("cp1252")
ALL = {
    "moodle.csv": MOODLE,
    "worksheet.csv": WORKSHEET,
    "canvas.csv": CANVAS,
    "gc_course.xls": BLACKBOARD,
    "ilias.csv": ILIAS,
}
