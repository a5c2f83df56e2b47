package io.freshet.contracts.url;

import io.freshet.contracts.url.PathNode.Alternatives;
import io.freshet.contracts.url.PathNode.Repetition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Recursive-descent parser of path expressions. It recurs for groups only, which nest at most three deep. */
final class PathExpressionParser {

    private static final int MAX_DEPTH = 3;
    private static final int MAX_COUNT = 255;
    private static final CharacterSet DIGITS = CharacterSet.range('0', '9');
    private static final CharacterSet WORD = DIGITS.union(CharacterSet.range('a', 'z'))
            .union(CharacterSet.range('A', 'Z'))
            .union(CharacterSet.of('_'));
    /** Visible characters that no canonical URL has. Those that have a meaning in expressions are not among them. */
    private static final String ENCODED_IN_URLS = "\"<>`";
    /** Value of {@link #peek()} at the end. It is no character of an expression, since it is not visible. */
    private static final char END = '\0';

    private final String text;
    private final int start;
    private final int end;
    private int position;

    PathExpressionParser(String text) {
        this.text = text;
        this.start = text.startsWith("^") ? 1 : 0;
        this.end = endsWithAnchor(text) ? text.length() - 1 : text.length();
        this.position = start;
    }

    private static boolean endsWithAnchor(String text) {
        int backslashes = 0;
        while (backslashes < text.length() - 1 && text.charAt(text.length() - 2 - backslashes) == '\\') {
            backslashes++;
        }
        return text.endsWith("$") && backslashes % 2 == 0;
    }

    String textWithoutAnchors() {
        return text.substring(start, end);
    }

    List<PathNode> parse() throws InvalidObjectException {
        if (peek() != '/') {
            throw new InvalidObjectException(
                    "does not start with /; an expression matches path and query as a whole, so begin it with / or /.*");
        }
        List<PathNode> sequence = sequence(0);
        if (!atEnd()) {
            throw peek() == ')'
                    ? error(position, "has a ) without its (", "write \\) for the character itself")
                    : error(position, "has alternatives (|) outside of a group", "write an entry for each alternative");
        }
        return sequence;
    }

    /** Reads until the end of the expression, or until the {@code |} or {@code )} that ends the sequence. */
    private List<PathNode> sequence(int depth) throws InvalidObjectException {
        List<PathNode> sequence = new ArrayList<>();
        while (!atEnd() && peek() != '|' && peek() != ')') {
            sequence.add(peek() == '(' ? group(depth + 1) : repetition(depth));
        }
        return sequence;
    }

    private Alternatives group(int depth) throws InvalidObjectException {
        int opening = position;
        if (depth > MAX_DEPTH) {
            throw error(opening, "has groups more than " + MAX_DEPTH + " deep", "write several entries");
        }
        position++;
        skipGroupKind(opening);
        List<List<PathNode>> alternatives = new ArrayList<>();
        do {
            int beginning = position;
            List<PathNode> alternative = sequence(depth);
            if (atEnd()) {
                throw error(opening, "has a ( without its )", "write \\( for the character itself");
            }
            if (alternative.isEmpty()) {
                throw error(beginning, "has an empty alternative", "write (?:...)? for what may be left out");
            }
            alternatives.add(alternative);
        } while (next() == '|');
        return new Alternatives(List.copyOf(alternatives), isOptional());
    }

    private void skipGroupKind(int opening) throws InvalidObjectException {
        if (peek() == '?') {
            if (!text.startsWith("?:", position)) {
                throw error(
                        opening,
                        "has look-around, a named group or an option: " + excerpt(opening, 3),
                        "only ( ) and (?: ) are allowed");
            }
            position += 2;
        } else if (peek() == '*') {
            throw error(opening, "has a verb: " + excerpt(opening, 2), "only ( ) and (?: ) are allowed");
        }
    }

    private boolean isOptional() throws InvalidObjectException {
        if (!isQuantifier(peek())) {
            return false;
        }
        if (peek() != '?') {
            throw error(
                    position,
                    "repeats a group (" + peek() + ")",
                    "only single characters, classes and . can be repeated; a group can be followed by ?");
        }
        position++;
        refuseSecondQuantifier();
        return true;
    }

    private Repetition repetition(int depth) throws InvalidObjectException {
        int from = position;
        CharacterSet set = set();
        int quantifier = position;
        Repetition repetition = quantified(set, from);
        if (depth > 0 && repetition.isUnlimited()) {
            throw error(
                    quantifier,
                    "has an unlimited quantifier (" + text.substring(quantifier, position) + ") in a group",
                    "give it a limit, as in {1,9}, or write an entry for each alternative");
        }
        return repetition;
    }

    private Repetition quantified(CharacterSet set, int from) throws InvalidObjectException {
        if (!isQuantifier(peek())) {
            return new Repetition(set, 1, 1, text.substring(from, position), from + 1);
        }
        int min;
        int max;
        switch (next()) {
            case '?' -> {
                min = 0;
                max = 1;
            }
            case '*' -> {
                min = 0;
                max = Repetition.UNLIMITED;
            }
            case '+' -> {
                min = 1;
                max = Repetition.UNLIMITED;
            }
            default -> {
                int brace = position - 1;
                min = count(brace);
                max = peek() == ',' ? maximum(brace) : min;
                requireClosed(brace);
                if (max == 0) {
                    throw error(brace, "repeats a character 0 times", "leave the character out");
                }
                if (min > max) {
                    throw error(brace, "has a quantifier whose limits are in wrong order", "write the smaller first");
                }
            }
        }
        refuseSecondQuantifier();
        return new Repetition(set, min, max, text.substring(from, position), from + 1);
    }

    private int count(int brace) throws InvalidObjectException {
        int from = position;
        while (isDigit(peek()) && position - from <= 3) {
            position++;
        }
        if (position == from) {
            throw error(
                    brace,
                    "has a { that is no quantifier",
                    "write {n}, {n,} or {n,m}, or \\{ for the character itself");
        }
        int count = Integer.parseInt(text.substring(from, position));
        if (count > MAX_COUNT) {
            throw error(from, "repeats more than " + MAX_COUNT + " times", "write {n,} for no limit");
        }
        return count;
    }

    private int maximum(int brace) throws InvalidObjectException {
        position++;
        return peek() == '}' ? Repetition.UNLIMITED : count(brace);
    }

    private void requireClosed(int brace) throws InvalidObjectException {
        if (peek() != '}') {
            throw error(brace, "has a { without its }", "write {n}, {n,} or {n,m}, or \\{ for the character itself");
        }
        position++;
    }

    private void refuseSecondQuantifier() throws InvalidObjectException {
        switch (peek()) {
            case '?' ->
                throw error(position, "has a lazy quantifier (?)", "remove the ?, all of the URL must match anyway");
            case '+' -> throw error(position, "has a possessive quantifier (+)", "remove the +");
            case '*', '{' -> throw error(position, "has two quantifiers in a row", "remove one of them");
            default -> {}
        }
    }

    /** Reads a character, a class or a {@code .}. */
    private CharacterSet set() throws InvalidObjectException {
        int at = position;
        return switch (peek()) {
            case '.' -> {
                position++;
                yield CharacterSet.ALL;
            }
            case '[' -> characterClass();
            case '\\' -> escaped(false);
            case '*', '+', '?', '{' ->
                throw error(
                        at,
                        "has a quantifier (" + peek() + ") after nothing",
                        "write \\" + peek() + " for the character itself");
            case ']', '}' ->
                throw error(
                        at,
                        "has a " + peek() + " that closes nothing",
                        "write \\" + peek() + " for the character itself");
            case '$' -> throw error(at, "has an anchor ($) inside", "write \\$ for the character itself");
            default -> CharacterSet.of(literal());
        };
    }

    private CharacterSet characterClass() throws InvalidObjectException {
        int opening = position++;
        boolean negated = peek() == '^';
        if (negated) {
            position++;
        }
        int beginning = position;
        CharacterSet set = CharacterSet.NONE;
        while (peek() != ']') {
            if (atEnd()) {
                throw error(opening, "has a [ without its ]", "write \\[ for the character itself");
            }
            set = set.union(classMember(position == beginning));
        }
        if (position == beginning) {
            throw error(opening, "has an empty class", "write \\] for the character itself");
        }
        position++;
        return negated ? set.complement() : set;
    }

    /** Reads a character, a range, {@code \d} or {@code \w}. */
    private CharacterSet classMember(boolean first) throws InvalidObjectException {
        int from = position;
        if (peek() == '-' && !first && !text.startsWith("-]", position)) {
            throw error(from, "has a - in a class that makes no range", "write \\- for the character itself");
        }
        boolean shorthand = text.startsWith("\\d", position) || text.startsWith("\\w", position);
        CharacterSet member = classCharacter();
        if (shorthand || peek() != '-' || text.startsWith("-]", position)) {
            return member;
        }
        position++;
        return range(from);
    }

    private CharacterSet range(int from) throws InvalidObjectException {
        boolean ofCharacters = peek() != '-' && !text.startsWith("\\d", position) && !text.startsWith("\\w", position);
        if (!ofCharacters || text.charAt(from) == '-') {
            throw error(from, "has a range with no clear end", "write \\- for the character itself");
        }
        char low = text.charAt(position - 2);
        classCharacter();
        char high = text.charAt(position - 1);
        if (low > high) {
            throw error(from, "has a range in wrong order", "write the smaller character first");
        }
        return CharacterSet.range(low, high);
    }

    private CharacterSet classCharacter() throws InvalidObjectException {
        if (peek() == '\\') {
            return escaped(true);
        }
        if (peek() == '[') {
            throw error(position, "has a [ in a class", "write \\[ for the character itself");
        }
        if (text.startsWith("&&", position)) {
            throw error(position, "has && in a class, which some engines take for an intersection", "write & once");
        }
        return CharacterSet.of(literal());
    }

    private CharacterSet escaped(boolean inClass) throws InvalidObjectException {
        int backslash = position++;
        char c = peek();
        if (c == 'd' || c == 'w') {
            position++;
            return c == 'd' ? DIGITS : WORD;
        }
        if (!inClass && c >= '1' && c <= '9') {
            throw error(backslash, "has a back-reference (\\" + c + ")", "write what it stands for once more");
        }
        if (isLetter(c) || isDigit(c)) {
            throw error(
                    backslash,
                    "has the escape \\" + c,
                    "only \\d, \\w and escaped punctuation are allowed; write a class, as in [a-f]");
        }
        if (atEnd()) {
            throw error(backslash, "has a backslash before nothing", "remove it");
        }
        return CharacterSet.of(literal());
    }

    /** Reads a character that stands for itself. */
    private char literal() throws InvalidObjectException {
        int at = position;
        char c = next();
        if (c > '~') {
            throw error(at, "has a character beyond ASCII", "write it percent-encoded, as in %C3%A9");
        }
        if (c == ' ') {
            throw error(at, "has a blank", "write it percent-encoded, as in %20");
        }
        if (c < ' ') {
            throw error(at, String.format(Locale.ROOT, "has the control character U+%04X", (int) c), "remove it");
        }
        if (c == '#') {
            throw error(at, "has a fragment (#), which never reaches a server", "remove it");
        }
        if (c == '^') {
            throw error(at, "has a ^ inside", "write %5E for the character itself, and [^...] for all but some");
        }
        if (c == '\\') {
            throw error(at, "has a backslash for itself", "write it percent-encoded, as in %5C");
        }
        if (ENCODED_IN_URLS.indexOf(c) >= 0) {
            throw error(
                    at,
                    "has the character " + c,
                    String.format(Locale.ROOT, "write it percent-encoded, as in %%%02X", (int) c));
        }
        return c;
    }

    private boolean atEnd() {
        return position == end;
    }

    private char peek() {
        return atEnd() ? END : text.charAt(position);
    }

    private char next() {
        char c = peek();
        position++;
        return c;
    }

    private String excerpt(int from, int length) {
        return text.substring(from, Math.min(from + length, end)).replaceAll("[^!-~]", "");
    }

    private static boolean isQuantifier(char c) {
        return c == '?' || c == '*' || c == '+' || c == '{';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static InvalidObjectException error(int index, String what, String wayOut) {
        return new InvalidObjectException(what + " at character " + (index + 1) + "; " + wayOut);
    }
}
