package io.freshet.push.discover;

import java.io.InputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reader of XML from outside: without document types and entities, and of bounded depth. It loads nothing. */
final class SafeXml implements AutoCloseable {

    private static final int MAX_DEPTH = 32;

    private static final XMLInputFactory FACTORY = XMLInputFactory.newDefaultFactory();

    static {
        FACTORY.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        FACTORY.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        FACTORY.setXMLResolver((_, _, _, _) -> {
            throw new XMLStreamException("external entity");
        });
    }

    private final XMLStreamReader reader;
    private int depth;

    SafeXml(InputStream body) throws ManifestException {
        try {
            this.reader = FACTORY.createXMLStreamReader(body);
        } catch (XMLStreamException e) {
            throw broken(e);
        }
    }

    /** Returns the next event, as {@link XMLStreamConstants}. */
    int next() throws ManifestException {
        try {
            int event = reader.next();
            switch (event) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (++depth > MAX_DEPTH) {
                        throw new ManifestException("is nested more than " + MAX_DEPTH + " elements deep");
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> depth--;
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new ManifestException("has a document type or entities, which are not read");
                default -> {}
            }
            return event;
        } catch (XMLStreamException e) {
            throw broken(e);
        }
    }

    boolean hasNext() throws ManifestException {
        try {
            return reader.hasNext();
        } catch (XMLStreamException e) {
            throw broken(e);
        }
    }

    XMLStreamReader reader() {
        return reader;
    }

    private static ManifestException broken(XMLStreamException e) {
        for (Throwable cause = e.getNestedException(); cause != null; cause = cause.getCause()) {
            if (cause instanceof BodyTooLargeException tooLarge) {
                return new ManifestException(String.valueOf(tooLarge.getMessage()));
            }
        }
        return new ManifestException(
                "is broken: its XML is invalid in line " + e.getLocation().getLineNumber());
    }

    @Override
    public void close() throws ManifestException {
        try {
            reader.close();
        } catch (XMLStreamException e) {
            throw broken(e);
        }
    }
}
