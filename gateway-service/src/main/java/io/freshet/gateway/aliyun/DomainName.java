package io.freshet.gateway.aliyun;

import java.util.Locale;

/** The parameter {@code DomainName}. */
final class DomainName {

    private DomainName() {}

    /** Returns the name as domains are configured: Aliyun writes a wildcard without the asterisk. */
    static String configured(String name) {
        return (name.startsWith(".") ? "*" + name : name).toLowerCase(Locale.ROOT);
    }
}
