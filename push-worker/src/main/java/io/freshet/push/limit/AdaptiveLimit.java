package io.freshet.push.limit;

/**
 * Limit of concurrent requests that follows the latency of the origin: the algorithm Gradient2 of Netflix'
 * concurrency-limits (<a href="https://github.com/Netflix/concurrency-limits">project</a>). While answers take longer
 * than they did on average, the limit shrinks by the ratio of both; otherwise it grows by one request per window. See
 * docs/adr/0054.
 *
 * <p>Not thread-safe. Times are nanoseconds.
 */
final class AdaptiveLimit {

    /** Latency below which no origin is slow: noise of the network and of this worker. */
    private static final double MIN_LATENCY = 50e6;

    /** Ratio to the average up to which an origin is not slow. */
    private static final double TOLERANCE = 1.5;

    /** Smallest factor of one window. */
    private static final double MIN_GRADIENT = 0.5;

    /** Requests that may wait at the origin: a limit of 16 leaves no room for the 4 of the model. */
    private static final double QUEUE = 1;

    private static final double SMOOTHING = 0.2;

    /** Windows of the average; the first of them count in full. */
    private static final int LONG_WINDOWS = 600;

    private static final int WARM_UP_WINDOWS = 10;

    /** Decay of an average that is far above the latency, so that a slow time is forgotten soon. */
    private static final double LONG_DECAY = 0.95;

    private static final long MIN_WINDOW = 100_000_000;

    private final int max;
    private double limit;
    private double longLatency;
    private int windows;
    private long windowStart;
    private boolean windowOpen;
    private int samples;
    private double sum;
    private int mostInFlight;

    /**
     * Creates a limit that begins at its maximum.
     *
     * @param max at least 1
     */
    AdaptiveLimit(int max) {
        this.max = max;
        this.limit = max;
    }

    /** Returns the limit, 1 to the maximum. */
    int current() {
        return (int) limit;
    }

    boolean isReduced() {
        return current() < max;
    }

    int max() {
        return max;
    }

    /** Halves the limit, since the origin has said that it is overloaded. */
    void overloaded() {
        limit = Math.max(1, limit / 2);
        closeWindow();
    }

    /** Returns the average latency; 0 if none is known. */
    double longLatency() {
        return longLatency;
    }

    /**
     * Adds the latency of a request up to the first byte of its response.
     *
     * @param inFlight requests in flight when it was answered, itself included
     */
    void answered(long latency, int inFlight, long now) {
        if (!windowOpen) {
            windowOpen = true;
            windowStart = now;
        }
        samples++;
        sum += Math.max(MIN_LATENCY, latency);
        mostInFlight = Math.max(mostInFlight, inFlight);
        if (samples >= current() && now - windowStart >= MIN_WINDOW) {
            update(sum / samples, mostInFlight);
            closeWindow();
        }
    }

    private void closeWindow() {
        windowOpen = false;
        samples = 0;
        sum = 0;
        mostInFlight = 0;
    }

    private void update(double latency, int inFlight) {
        addToAverage(latency);
        if (longLatency / latency > 2) {
            longLatency *= LONG_DECAY;
        }
        if (inFlight < limit / 2) {
            return; // it is not the limit that bounds the requests
        }
        double gradient = Math.clamp(TOLERANCE * longLatency / latency, MIN_GRADIENT, 1);
        double wanted = limit * gradient + QUEUE;
        limit = Math.clamp(limit * (1 - SMOOTHING) + wanted * SMOOTHING, 1, max);
    }

    private void addToAverage(double latency) {
        windows = Math.min(LONG_WINDOWS, windows + 1);
        double weight = windows <= WARM_UP_WINDOWS ? 1.0 / windows : 2.0 / (LONG_WINDOWS + 1);
        longLatency += (latency - longLatency) * weight;
    }
}
