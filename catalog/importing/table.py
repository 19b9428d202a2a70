"""A table of products as spreadsheets save it: any of the usual separators and encodings, headers in eight languages."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from catalog.errors import InvalidInput
from catalog.models import ProductKind
from catalog.search.lexicon import plain
from catalog.search.words import understand

MAX_ROWS = 5_000
_HEADERS = {
    "photo": "file, files, photo, photos, image, images, picture, pictures, bild, bilder, foto, fotos, datei, dateien, fichier, fichiers,"
    " imagen, imagenes, imagem, imagens, immagine, immagini, afbeelding, afbeeldingen, zdjecie, zdjecia, plik, image src, image link,"
    " main image, image url, filename, file name, dateiname",
    "sku": "sku, code, product code, item number, article, article number, artikelnummer, artikelnr, art nr, bestellnummer, reference, ref,"
    " referencia, codigo, codice, articolo, artikel, kod, indeks, variant sku, id, style",
    "title": "title, name, product, product name, titel, bezeichnung, produkt, produktname, titre, nom, produit, titulo, nombre, producto,"
    " nome, produto, prodotto, titolo, naam, product naam, nazwa, tytul",
    "price": "price, preis, verkaufspreis, prix, precio, preco, prezzo, prijs, cena, variant price, price eur, retail price",
    "kind": "kind, type, category, product type, art, typ, kategorie, categorie, genre, tipo, categoria, soort, rodzaj, kategoria",
    "colour": "colour, color, farbe, couleur, coloris, colore, cor, kleur, kolor, colour name, color name, farbname, option1 value",
    "description": "description, text, body, body html, beschreibung, descripcion, descricao, descrizione, omschrijving, opis",
    "tags": "tags, tag, keywords, stichworte, schlagworte, mots cles, etiquetas, etichette, trefwoorden, tagi",
}  # fmt: skip
_MEANING = {plain(word.strip()): field for field, words in _HEADERS.items() for word in words.split(",")}
_SEPARATORS = ",;\t|"


@dataclass(frozen=True, kw_only=True)
class TableRow:
    line: int
    fields: dict[str, object]  # as products have them, and `colour`
    photos: list[str]
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    rows: list[TableRow]
    ignored: list[str] = field(default_factory=list)  # headers that mean nothing to us


def read_table(data: bytes) -> Table:
    """Raises InvalidInput where no row can be read; a row that is wrong says so itself."""
    lines = csv.reader(io.StringIO(_text(data), newline=""), delimiter=_separator(_text(data)))
    try:
        header = next(lines, [])
        meanings = [_meaning(name) for name in header]
        if "sku" not in meanings and "photo" not in meanings:
            raise InvalidInput(
                "The table needs a column with the SKU or with the photo's file name."
                f" Its columns are: {', '.join(name.strip() for name in header if name.strip())[:200] or 'none'}."
            )
        rows = list(_rows(lines, meanings))
    except csv.Error as error:
        raise InvalidInput(f"The table cannot be read: {error}.") from error
    ignored = [name.strip() for name, meaning in zip(header, meanings, strict=True) if not meaning and name.strip()]
    return Table(rows=rows, ignored=ignored)


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _separator(text: str) -> str:
    first = text.partition("\n")[0]
    return max(_SEPARATORS, key=first.count)


def _meaning(header: str) -> str:
    """`Bild 2` and `Photo (front)` are photos too."""
    name = re.sub(r"[_\-/.()\[\]]+|\s+", " ", plain(header)).strip()
    without_number = re.sub(r"\s*\d+$", "", name)
    return _MEANING.get(name) or _MEANING.get(without_number) or _MEANING.get(name.split(" ")[0] if name else "", "")


def _rows(lines: Iterator[list[str]], meanings: list[str]) -> Iterator[TableRow]:
    for number, cells in enumerate(lines, start=2):
        if number > MAX_ROWS + 1:
            raise InvalidInput(f"The table has more than {MAX_ROWS} rows. Send it in parts.")
        if any(cell.strip() for cell in cells):
            yield _row(number, cells, meanings)


def _row(line: int, cells: list[str], meanings: list[str]) -> TableRow:
    fields: dict[str, object] = {}
    photos: list[str] = []
    for meaning, cell in zip(meanings, cells, strict=False):
        text = cell.strip()
        if meaning == "photo" and text:
            photos += [name.strip() for name in re.split(r"[;|,\n]", text) if name.strip()]
        elif meaning and text and meaning not in fields:
            fields[meaning] = text
    try:
        return TableRow(line=line, fields=_read_fields(fields), photos=photos)
    except InvalidInput as error:
        return TableRow(line=line, fields={"sku": fields.get("sku", "")}, photos=photos, error=error.message)


def _read_fields(fields: dict[str, object]) -> dict[str, object]:
    if "price" in fields:
        fields["price"] = read_price(str(fields["price"]))
    if "tags" in fields:
        fields["tags"] = re.split(r"[,;|]", str(fields["tags"]))
    if "kind" in fields:
        fields["kind"] = read_kind(str(fields["kind"]))
    return fields


def read_kind(text: str) -> str:
    """In any of our languages: Schuhe, chemise, zapato."""
    if plain(text) in ProductKind.values:
        return plain(text)
    kind = understand(text).kind
    if not kind:
        raise InvalidInput(f"“{text[:40]}” is neither shoes nor shirts.")
    return kind


def read_price(text: str) -> Decimal:
    """49.90, 49,90 €, 1.299,00 and 1,299.00."""
    digits = re.sub(r"[^\d.,-]", "", text)
    if "," in digits and "." in digits:
        thousands = "," if digits.rfind(".") > digits.rfind(",") else "."
        digits = digits.replace(thousands, "")
    elif re.search(r"[.,]\d{3}$", digits) and not digits.startswith("0"):
        digits = digits.replace(",", "").replace(".", "")
    try:
        price = Decimal(digits.replace(",", "."))
    except InvalidOperation as error:
        raise InvalidInput(f"“{text[:40]}” is not a price; write it like 49.90.") from error
    if price < 0:
        raise InvalidInput("A price is not below zero.")
    return price
