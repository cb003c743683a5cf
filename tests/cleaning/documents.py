"""Office files with planted secrets, part by part, as Word, Excel and the others lay them out."""

from tests.cleaning.kit import encoded, jpeg, picture, zipped

_O = "http://schemas.openxmlformats.org/officeDocument/2006"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = f"{_O}/relationships"
_OPEN = "application/vnd.openxmlformats-officedocument"
_PROPERTIES = "http://schemas.openxmlformats.org/package/2006/relationships/metadata"
PLACE = "file:///C:/Users/PLANTED/x"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:creator>PLANTED-AUTHOR</dc:creator></cp:coreProperties>"
)

Arrow = tuple[str, str]


def rels(*arrows: Arrow) -> str:
    """Return relations rId1, rId2 and so on; a target with a scheme is external."""
    lines = []
    for number, (name, target) in enumerate(arrows, 1):
        kind = name if name.startswith("http") else f"{_R}/{name}"
        mode = ' TargetMode="External"' if ":" in target else ""
        lines.append(f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"{mode}/>')
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(lines)
        + "</Relationships>"
    )


def types(**parts: str) -> str:
    """Return the table of types; '__' in a keyword stands for '/', '_' for '.'."""
    lines = [
        f'<Override PartName="/{name.replace("__", "/").replace("_", ".")}" ContentType="{mime}"/>'
        for name, mime in parts.items()
    ]
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="jpg" ContentType="image/jpeg"/>'
        '<Default Extension="emf" ContentType="image/x-emf"/>'
        '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.'
        'vmlDrawing"/>' + "".join(lines) + "</Types>"
    )


def field(instruction: str, result: str) -> str:
    half = len(instruction) // 2
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{instruction[:half]}</w:instrText></w:r>"
        f"<w:r><w:instrText>{instruction[half:]}</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f"<w:r><w:t>{result}</w:t></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def docx(main: str = f"{_OPEN}.wordprocessingml.document.main+xml") -> bytes:
    by = 'w:author="PLANTED-EDITOR" w:date="2026-01-01T00:00:00Z"'
    including = field(' INCLUDETEXT "C:\\PLANTED.docx" ', "Included text")
    running = field(' DDEAUTO c:\\PLANTED.exe "/k" ', "DDE result")
    body = f"""<?xml version="1.0"?><!-- PLANTED-REMARK -->
<w:document xmlns:w="{_W}" xmlns:r="{_R}" xmlns:a="{_A}"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"
 xmlns:o="urn:schemas-microsoft-com:office:office"
 xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml">
<w:body><w:p w:rsidR="00PLANTED" w14:paraId="PLANTED1"><w:r><w:t>What the letter says.</w:t></w:r>
<w:ins w:id="1" {by}><w:r><w:t>Added later.</w:t></w:r></w:ins>
<w:del w:id="2" {by}><w:r><w:delText>Struck out.</w:delText></w:r></w:del>
<w:hyperlink r:id="rId4"><w:r><w:t>A web page</w:t></w:r></w:hyperlink>
<w:hyperlink r:id="rId5"><w:r><w:t>A local file</w:t></w:r></w:hyperlink>
{field(" PAGE ", "7")}{including}{running}
<w:fldSimple w:instr=" FILENAME \\p PLANTED"><w:r><w:t>Field result</w:t></w:r></w:fldSimple>
<w:r><w:drawing><wp:inline><wp:docPr id="1" name="PLANTED.jpg" descr="PLANTED-ALT"/>
<a:graphic><a:graphicData><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="PLANTED.jpg"/>
</pic:nvPicPr><pic:blipFill><a:blip r:embed="rId2"><a:extLst><a:ext uri="PLANTED"/></a:extLst>
</a:blip></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>
<w:r><w:drawing><a:blip r:embed="rId9"/></w:drawing></w:r>
<w:r><w:object><o:OLEObject r:id="rId6" ProgID="PLANTED"/></w:object></w:r>
</w:p></w:body></w:document>"""
    comments = (
        f'<w:comments xmlns:w="{_W}"><w:comment w:id="0" w:initials="PLANTED" {by}>'
        "<w:p><w:r><w:t>What the comment says.</w:t></w:r></w:p></w:comment></w:comments>"
    )
    settings = (
        f'<w:settings xmlns:w="{_W}" xmlns:r="{_R}"><w:zoom w:percent="100"/>'
        '<w:attachedTemplate r:id="rId1"/><w:rsids><w:rsid w:val="PLANTED"/></w:rsids>'
        '<w:docVars><w:docVar w:name="x" w:val="PLANTED"/></w:docVars></w:settings>'
    )
    word = f"{_OPEN}.wordprocessingml"
    return zipped(
        {
            "[Content_Types].xml": types(
                word__document_xml=main,
                word__comments_xml=f"{word}.comments+xml",
                word__settings_xml=f"{word}.settings+xml",
            ),
            "_rels/.rels": rels(
                ("officeDocument", "word/document.xml"),
                (f"{_PROPERTIES}/core-properties", "docProps/core.xml"),
                (f"{_PROPERTIES}/thumbnail", "docProps/thumbnail.jpeg"),
            ),
            "docProps/core.xml": CORE,
            "docProps/app.xml": "<Properties><Company>PLANTED</Company></Properties>",
            "docProps/thumbnail.jpeg": jpeg(),
            "customXml/item1.xml": "<x>PLANTED</x>",
            "word/document.xml": body,
            "word/_rels/document.xml.rels": rels(
                ("comments", "comments.xml"),
                ("image", "media/PLANTED.jpg"),
                ("settings", "settings.xml"),
                ("hyperlink", "https://example.vn/"),
                ("hyperlink", PLACE),
                ("oleObject", "embeddings/oleObject1.bin"),
                ("http://schemas.microsoft.com/office/2011/relationships/people", "people.xml"),
                ("http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vba.bin"),
                ("image", "media/image2.emf"),
                ("customXml", "../customXml/item1.xml"),
            ),
            "word/comments.xml": comments,
            "word/settings.xml": settings,
            "word/_rels/settings.xml.rels": rels(("attachedTemplate", PLACE)),
            "word/people.xml": "<people>PLANTED</people>",
            "word/vba.bin": "PLANTED-MACRO",
            "word/embeddings/oleObject1.bin": "PLANTED-OLE",
            "word/media/PLANTED.jpg": jpeg() + b"PLANTED",
            "word/media/image2.emf": b"\1\0\0\0PLANTED-EMF",
        }
    )


def xlsx() -> bytes:
    workbook = f"""<workbook xmlns="{_S}" xmlns:r="{_R}"
 xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac">
<fileSharing userName="PLANTED"/><workbookPr codeName="PLANTED"/>
<mc:AlternateContent><mc:Choice Requires="x15"><x15ac:absPath url="C:\\PLANTED\\"/></mc:Choice>
</mc:AlternateContent><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets>
<externalReferences><externalReference r:id="rId3"/></externalReferences>
<definedNames><definedName name="far">[1]PLANTED!$A$1</definedName></definedNames></workbook>"""
    sheet = f"""<worksheet xmlns="{_S}" xmlns:r="{_R}"><sheetData><row r="1">
<c r="A1" t="s"><v>0</v></c><c r="B1"><f>[1]PLANTED!A1</f><v>42</v></c>
<c r="C1"><f>SUM(Table1[Sum],B1)</f><v>43</v></c>
<c r="E1"><f t="shared" si="7" ref="E1:F1">[1]PLANTED!B1</f><v>1</v></c>
<c r="F1"><f t="shared" si="7"/><v>44</v></c>
<c r="D1"><f>WEBSERVICE("http://PLANTED")</f></c>
</row></sheetData><hyperlinks><hyperlink ref="A1" r:id="rId3"/></hyperlinks>
<pageSetup paperSize="9" r:id="rId4"/><legacyDrawing r:id="rId2"/></worksheet>"""
    comments = (
        f'<comments xmlns="{_S}"><authors><author>PLANTED-WRITER</author></authors><commentList>'
        '<comment ref="A1" authorId="0"><text><r><t>PLANTED-WRITER:</t></r>'
        "<r><t>What the comment says.</t></r></text></comment></commentList></comments>"
    )
    vml = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:'
        'office"><v:shape id="s" alt="PLANTED"><v:imagedata o:title="PLANTED" o:relid="rId9"/>'
        "</v:shape></xml>"
    )
    excel = f"{_OPEN}.spreadsheetml"
    return zipped(
        {
            "[Content_Types].xml": types(
                xl__workbook_xml=f"{excel}.sheet.main+xml",
                xl__sheet1_xml=f"{excel}.worksheet+xml",
                xl__strings_xml=f"{excel}.sharedStrings+xml",
                xl__comments1_xml=f"{excel}.comments+xml",
            ),
            "_rels/.rels": rels(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": workbook,
            "xl/_rels/workbook.xml.rels": rels(
                ("worksheet", "/xl/sheet1.xml"),
                ("sharedStrings", "strings.xml"),
                ("externalLink", "externalLinks/externalLink1.xml"),
            ),
            "xl/sheet1.xml": sheet,
            "xl/_rels/sheet1.xml.rels": rels(
                ("comments", "comments1.xml"),
                ("vmlDrawing", "drawing1.vml"),
                ("hyperlink", PLACE),
                ("printerSettings", "printer.bin"),
            ),
            "xl/strings.xml": f'<sst xmlns="{_S}"><si><t>What the cell says</t></si></sst>',
            "xl/comments1.xml": comments,
            "xl/drawing1.vml": vml,
            "xl/externalLinks/externalLink1.xml": "<externalLink>PLANTED</externalLink>",
            "xl/printer.bin": "PLANTED-PRINTER",
        }
    )


def pptx() -> bytes:
    main = (
        f'<p:presentation xmlns:p="{_P}" xmlns:r="{_R}"><p:sldIdLst><p:sldId id="256" '
        'r:id="rId1"/></p:sldIdLst><p:custDataLst><p:tags r:id="rId3"/></p:custDataLst>'
        "<p:extLst><p:ext>PLANTED</p:ext></p:extLst></p:presentation>"
    )
    slide = (
        f'<p:sld xmlns:p="{_P}" xmlns:a="{_A}" xmlns:r="{_R}"><p:cSld><p:spTree><p:pic><p:nvPicPr>'
        '<p:cNvPr id="2" name="PLANTED" title="PLANTED" descr="PLANTED"><a:hlinkClick r:id="rId3"/>'
        '</p:cNvPr></p:nvPicPr><p:blipFill><a:blip r:embed="rId1" r:link="rId4"/></p:blipFill>'
        "</p:pic><p:sp><p:txBody><a:p><a:r><a:t>What the slide says</a:t></a:r></a:p></p:txBody>"
        "</p:sp></p:spTree></p:cSld></p:sld>"
    )
    authors = (
        f'<p:cmAuthorLst xmlns:p="{_P}"><p:cmAuthor id="0" name="PLANTED-SPEAKER" '
        'initials="PLANTED" lastIdx="1" clrIdx="0"/></p:cmAuthorLst>'
    )
    comments = (
        f'<p:cmLst xmlns:p="{_P}"><p:cm authorId="0" dt="2026-01-01T00:00:00.000" idx="1">'
        "<p:text>What the comment says</p:text></p:cm></p:cmLst>"
    )
    point = f"{_OPEN}.presentationml"
    return zipped(
        {
            "[Content_Types].xml": types(
                ppt__presentation_xml=f"{point}.presentation.main+xml",
                ppt__slides__slide1_xml=f"{point}.slide+xml",
                ppt__commentAuthors_xml=f"{point}.commentAuthors+xml",
                ppt__comments__comment1_xml=f"{point}.comments+xml",
            ),
            "_rels/.rels": rels(("officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": main,
            "ppt/_rels/presentation.xml.rels": rels(
                ("slide", "slides/slide1.xml"),
                ("commentAuthors", "commentAuthors.xml"),
                ("tags", "tags/tag1.xml"),
            ),
            "ppt/slides/slide1.xml": slide,
            "ppt/slides/_rels/slide1.xml.rels": rels(
                ("image", "../media/photo-PLANTED.jpg"),
                ("comments", "../comments/comment1.xml"),
                ("hyperlink", PLACE),
                ("image", "https://example.vn/PLANTED-pixel.png"),
            ),
            "ppt/commentAuthors.xml": authors,
            "ppt/comments/comment1.xml": comments,
            "ppt/media/photo-PLANTED.jpg": jpeg(),
            "ppt/tags/tag1.xml": "<tag>PLANTED</tag>",
        }
    )


_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        **{
            name: f"urn:oasis:names:tc:opendocument:xmlns:{place}:1.0"
            for name, place in {
                **{name: name for name in ("office", "text", "table", "meta", "script")},
                "draw": "drawing",
                "svg": "svg-compatible",
            }.items()
        },
        "dc": "http://purl.org/dc/elements/1.1/",
        "xlink": "http://www.w3.org/1999/xlink",
        "officeooo": "http://openoffice.org/2009/office",
    }.items()
)


def odf(mime: str = "application/vnd.oasis.opendocument.text", manifest: str = "") -> bytes:
    content = f"""<office:document-content {_NAMESPACES}><office:scripts>
<script:event-listener xlink:href="PLANTED"/></office:scripts><office:body><office:text>
<text:tracked-changes><text:changed-region text:id="ct1"><text:deletion><office:change-info>
<dc:creator>PLANTED-EDITOR</dc:creator><dc:date>2026-PLANTED</dc:date></office:change-info>
</text:deletion></text:changed-region></text:tracked-changes>
<text:p>What the letter says<office:annotation><dc:creator>PLANTED-READER</dc:creator>
<dc:date>PLANTED</dc:date><meta:creator-initials>PLANTED</meta:creator-initials>
<text:p>What the comment says</text:p></office:annotation> and goes on.</text:p>
<text:p officeooo:rsid="PLANTED"><text:a xlink:href="https://example.vn/">A page</text:a>
<text:a xlink:href="{PLACE}">A file</text:a><draw:frame draw:name="PLANTED.jpg">
<draw:image xlink:href="Pictures/PLANTED.jpg"/><svg:title>PLANTED</svg:title></draw:frame>
<draw:frame><draw:image xlink:href="https:/PLANTED"/></draw:frame>
<draw:frame><draw:object xlink:href="./Object 1"/>
<draw:image xlink:href="./ObjectReplacements/Object 1"/></draw:frame></text:p>
<table:table-cell table:formula="of:=['{PLACE}'#$Sheet1.A1]"><text:p>42</text:p>
</table:table-cell></office:text></office:body></office:document-content>"""
    styles = f"<office:document-styles {_NAMESPACES}/>"
    chart = f"<office:document-content {_NAMESPACES}><office:body/></office:document-content>"
    meta = f"<office:document-meta {_NAMESPACES}><dc:creator>PLANTED</dc:creator>"
    return zipped(
        {
            "mimetype": mime,
            "content.xml": content,
            "styles.xml": styles,
            "meta.xml": meta + "</office:document-meta>",
            "settings.xml": f"<office:document-settings {_NAMESPACES}>PLANTED</office:document-s"
            "ettings>",
            "Thumbnails/thumbnail.png": encoded(picture(), "PNG") + b"PLANTED",
            "Pictures/PLANTED.jpg": jpeg(),
            "Pictures/unused.jpg": jpeg(),
            "Object 1/content.xml": chart,
            "Object 1/meta.xml": "PLANTED",
            "ObjectReplacements/Object 1": "PLANTED",
            "Basic/script.xml": "PLANTED",
            "META-INF/manifest.xml": "<manifest:manifest xmlns:manifest="
            f'"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{manifest}</manifest:manifest>',
            "META-INF/documentsignatures.xml": "PLANTED",
        }
    )
