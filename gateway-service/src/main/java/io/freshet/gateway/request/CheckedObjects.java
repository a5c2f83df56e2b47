package io.freshet.gateway.request;

import io.freshet.gateway.problem.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the entries of a request come to: all of them, where a refusal names only the first that are wrong. */
final class CheckedObjects implements ObjectReader.Entries {

    private final @Nullable Fault countFault;
    private final List<Checked.Entry> entries = new ArrayList<>();
    /** Where each object was named first. */
    private final Map<String, Integer> first = new HashMap<>();

    /**
     * @param countFault what is wrong with how many there are
     */
    CheckedObjects(@Nullable Fault countFault) {
        this.countFault = countFault;
    }

    @Override
    public void right(int index, String url, String domain) {
        entries.add(new Checked.Entry(url, domain, first.putIfAbsent(url, index), null));
    }

    @Override
    public void wrong(int index, InvalidObjectException why) {
        entries.add(new Checked.Entry(null, null, null, why.reason()));
    }

    List<Checked.Entry> entries() {
        return entries;
    }

    /** Different ones. */
    int objectCount() {
        return first.size();
    }

    List<Fault> errors() {
        return countFault == null ? List.of() : List.of(countFault);
    }
}
