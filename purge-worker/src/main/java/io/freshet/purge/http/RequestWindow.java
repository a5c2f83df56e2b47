package io.freshet.purge.http;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

/**
 * Outstanding requests of one connection in the order of sending, bounded in number and bytes. They fit into any
 * socket's buffers, so that a write never waits for the server. For one thread.
 */
final class RequestWindow {

    static final int MAX_BYTES = 32_768;

    private final int maxRequests;
    private final Deque<byte[]> requests = new ArrayDeque<>();
    private int bytes;

    RequestWindow(int maxRequests) {
        this.maxRequests = maxRequests;
    }

    void add(Collection<byte[]> added) {
        requests.addAll(added);
        bytes += length(added);
    }

    void removeOldest() {
        bytes -= requests.remove().length;
    }

    void keepOnlyOldest() {
        byte[] oldest = requests.remove();
        requests.clear();
        requests.add(oldest);
        bytes = oldest.length;
    }

    void clear() {
        requests.clear();
        bytes = 0;
    }

    boolean isEmpty() {
        return requests.isEmpty();
    }

    int size() {
        return requests.size();
    }

    int freeRequests() {
        return maxRequests - requests.size();
    }

    int freeBytes() {
        return MAX_BYTES - bytes;
    }

    /** Returns whether a quarter of the window is free. Less is not worth a system call. */
    boolean isWorthFilling() {
        return freeRequests() >= Math.max(1, maxRequests / 4) && freeBytes() >= MAX_BYTES / 4;
    }

    /** Returns all outstanding requests, encoded one after the other. */
    byte[] encoded() {
        return encode(requests, bytes);
    }

    /** Returns these requests, encoded one after the other. */
    static byte[] encode(Collection<byte[]> requests) {
        return encode(requests, length(requests));
    }

    private static byte[] encode(Collection<byte[]> requests, int length) {
        byte[] encoded = new byte[length];
        int end = 0;
        for (byte[] request : requests) {
            System.arraycopy(request, 0, encoded, end, request.length);
            end += request.length;
        }
        return encoded;
    }

    private static int length(Collection<byte[]> requests) {
        int length = 0;
        for (byte[] request : requests) {
            length += request.length;
        }
        return length;
    }
}
