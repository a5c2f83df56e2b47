package io.freshet.purge.driver;

import java.time.Duration;

/** Meaning of a node's response to a look at one URL. */
public sealed interface Look {

    /** The node serves nothing for the URL without a fetch. */
    record Absent() implements Look {}

    /**
     * The node has a copy.
     *
     * @param sinceFetch time since the fetch of the copy began, by the node's clock
     * @param isStale whether the copy has expired, so that a request makes the node fetch a new one
     */
    record Present(Duration sinceFetch, boolean isStale) implements Look {}

    /**
     * The node has a copy, and does not tell its age.
     *
     * @param copy the same text for the same copy; it differs for one that was fetched more than a second later
     * @param doubt why it may be no copy, for people; empty if it surely is one
     */
    record Undated(String copy, String doubt) implements Look {}

    /**
     * The response says nothing about the URL.
     *
     * @param answer for people, such as {@code answered 503 Service Unavailable}
     */
    record Unknown(String answer) implements Look {}
}
