package io.freshet.push.discover;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/**
 * Resolution of the references in a manifest (RFC 3986, section 5.2), as text: players send what is not valid in a URL
 * as well, and the canonical form is made afterwards.
 */
final class UrlReference {

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*", Pattern.DOTALL);

    private UrlReference() {}

    /**
     * Returns the absolute URL without a fragment.
     *
     * @param base absolute http or https URL
     */
    static String resolve(String base, String text) {
        String reference = withoutFragment(text.strip());
        if (SCHEME.matcher(reference).matches()) {
            return isHttp(reference) ? withoutDotSegments(reference) : reference;
        }
        int schemeEnd = base.indexOf("://");
        if (reference.startsWith("//")) {
            return withoutDotSegments(base.substring(0, schemeEnd + 1) + reference);
        }
        int authorityEnd = endOfAuthority(base, schemeEnd + 3);
        String origin = base.substring(0, authorityEnd);
        String basePath = withoutQuery(base.substring(authorityEnd));
        if (reference.isEmpty()) {
            return base;
        }
        if (reference.startsWith("?")) {
            return origin + basePath + reference;
        }
        if (reference.startsWith("/")) {
            return withoutDotSegments(origin + reference);
        }
        String directory = basePath.substring(0, basePath.lastIndexOf('/') + 1);
        return withoutDotSegments(origin + (directory.isEmpty() ? "/" : directory) + reference);
    }

    private static boolean isHttp(String url) {
        return url.regionMatches(true, 0, "http://", 0, 7) || url.regionMatches(true, 0, "https://", 0, 8);
    }

    private static String withoutFragment(String text) {
        int hash = text.indexOf('#');
        return hash < 0 ? text : text.substring(0, hash);
    }

    private static String withoutQuery(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private static int endOfAuthority(String url, int from) {
        for (int i = from; i < url.length(); i++) {
            if (url.charAt(i) == '/' || url.charAt(i) == '?') {
                return i;
            }
        }
        return url.length();
    }

    private static String withoutDotSegments(String url) {
        int pathStart = endOfAuthority(url, url.indexOf("//") + 2);
        String target = url.substring(pathStart);
        String path = withoutQuery(target);
        if (!path.contains("/.")) {
            return url;
        }
        Deque<String> kept = new ArrayDeque<>();
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean isLast = i == segments.length - 1;
            switch (segments[i]) {
                case "." -> keepSlash(kept, isLast);
                case ".." -> {
                    kept.pollLast();
                    keepSlash(kept, isLast);
                }
                default -> kept.add(segments[i]);
            }
        }
        return url.substring(0, pathStart) + '/' + String.join("/", kept) + target.substring(path.length());
    }

    private static void keepSlash(Deque<String> kept, boolean isLast) {
        if (isLast) {
            kept.add("");
        }
    }
}
