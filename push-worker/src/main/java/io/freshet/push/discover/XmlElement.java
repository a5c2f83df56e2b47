package io.freshet.push.discover;

import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Element of a small XML document, with its names as without namespaces. */
final class XmlElement {

    private static final int MAX_ELEMENTS = 100_000;
    private static final int MAX_TEXT = 10_000;

    private final String name;
    private final Map<String, String> attributes;
    private final StringBuilder text = new StringBuilder();
    private final List<XmlElement> children = new ArrayList<>(0);

    private XmlElement(String name, Map<String, String> attributes) {
        this.name = name;
        this.attributes = attributes;
    }

    /** Reads a document. */
    static XmlElement read(InputStream body) throws ManifestException {
        Deque<XmlElement> path = new ArrayDeque<>();
        path.addLast(new XmlElement("", Map.of()));
        int count = 0;
        try (SafeXml xml = new SafeXml(body)) {
            while (xml.hasNext()) {
                switch (xml.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        if (++count > MAX_ELEMENTS) {
                            throw new ManifestException("has more than " + MAX_ELEMENTS + " XML elements");
                        }
                        XmlElement element = of(xml.reader());
                        path.getLast().children.add(element);
                        path.addLast(element);
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                        StringBuilder text = path.getLast().text;
                        if (text.length() < MAX_TEXT) {
                            text.append(xml.reader().getText().strip());
                        }
                    }
                    case XMLStreamConstants.END_ELEMENT -> path.removeLast();
                    default -> {}
                }
            }
        }
        return path.getFirst().children.getFirst();
    }

    private static XmlElement of(XMLStreamReader reader) {
        Map<String, String> attributes = HashMap.newHashMap(reader.getAttributeCount());
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        return new XmlElement(reader.getLocalName(), attributes);
    }

    String text() {
        return text.toString();
    }

    @Nullable
    String attribute(String attribute) {
        return attributes.get(attribute);
    }

    Map<String, String> attributes() {
        return attributes;
    }

    Stream<XmlElement> children(String childName) {
        return children.stream().filter(child -> child.name.equals(childName));
    }

    Optional<XmlElement> child(String childName) {
        return children(childName).findFirst();
    }

    /** Returns this element and all below it. */
    Stream<XmlElement> all() {
        return Stream.concat(Stream.of(this), children.stream().flatMap(XmlElement::all));
    }
}
