package io.freshet.contracts.url;

/** Placeholder; replaced by the branch selts. */
public record PathExpression(String text) {
    public static PathExpression parse(String text) throws InvalidObjectException {
        return new PathExpression(text);
    }

    public String pcre() {
        return text;
    }
}
