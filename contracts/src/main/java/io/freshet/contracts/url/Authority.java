package io.freshet.contracts.url;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/** Canonical form of the host and port of an object, as domains are configured. */
final class Authority {

    private static final int MAX_HOST = 253;
    private static final int MAX_LABEL = 63;
    private static final Pattern PORT = Pattern.compile("0*[0-9]{1,5}");
    /**
     * Characters that Java's IDN (IDNA 2003) maps to other names than browsers do: sharp s, final sigma, the joiners.
     */
    private static final Pattern MAPPED_DIFFERENTLY = Pattern.compile("[\u00df\u1e9e\u03c2\u200c\u200d]");

    private Authority() {}

    static String canonical(String scheme, String authority) throws InvalidObjectException {
        if (authority.indexOf('@') >= 0) {
            throw new InvalidObjectException("has user info (@)");
        }
        if (authority.startsWith("[")) {
            throw new InvalidObjectException("has an IP address in brackets; a domain is a host name");
        }
        int colon = authority.indexOf(':');
        String host = host(colon < 0 ? authority : authority.substring(0, colon));
        return colon < 0 ? host : host + port(scheme, authority.substring(colon + 1));
    }

    private static String host(String text) throws InvalidObjectException {
        if (text.isEmpty()) {
            throw new InvalidObjectException("has no host");
        }
        if (text.endsWith(".")) {
            throw new InvalidObjectException("has a host that ends with a dot, which caches treat as another host");
        }
        String host = text.length() > MAX_HOST ? text : ascii(text).toLowerCase(Locale.ROOT);
        if (host.length() > MAX_HOST) {
            throw new InvalidObjectException("has a host of more than " + MAX_HOST + " characters");
        }
        if (!isHostName(host)) {
            throw new InvalidObjectException("has an invalid host name");
        }
        return host;
    }

    /**
     * Checks labels of letters, digits, hyphens and underscores. Runs for every object, so it uses no regular
     * expression.
     */
    private static boolean isHostName(String host) {
        int start = 0;
        for (int i = 0; i <= host.length(); i++) {
            if (i == host.length() || host.charAt(i) == '.') {
                if (i == start
                        || i - start > MAX_LABEL
                        || !isAlphanumeric(host.charAt(start))
                        || !isAlphanumeric(host.charAt(i - 1))) {
                    return false;
                }
                start = i + 1;
            } else if (!isAlphanumeric(host.charAt(i)) && host.charAt(i) != '-' && host.charAt(i) != '_') {
                return false;
            }
        }
        return true;
    }

    private static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
    }

    private static String ascii(String host) throws InvalidObjectException {
        if (isAscii(host)) {
            return host;
        }
        try {
            if (!MAPPED_DIFFERENTLY.matcher(host).find()) {
                return IDN.toASCII(host);
            }
        } catch (IllegalArgumentException e) {
            // The reason below tells the client what to do.
        }
        throw new InvalidObjectException("has a host whose punycode form is ambiguous; write it as xn--");
    }

    private static boolean isAscii(String host) {
        for (int i = 0; i < host.length(); i++) {
            if (host.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Returns the port with its colon; empty if it is the default port of the scheme. */
    private static String port(String scheme, String text) throws InvalidObjectException {
        int port = PORT.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 65_535) {
            throw new InvalidObjectException("has a port that is not a number between 1 and 65535");
        }
        int defaultPort = scheme.equals("https") ? 443 : 80;
        return port == defaultPort ? "" : ":" + port;
    }
}
