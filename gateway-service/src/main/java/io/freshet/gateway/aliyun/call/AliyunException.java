package io.freshet.gateway.aliyun.call;

/** Refusal of a request with an Aliyun error code. It has no stack trace and is not logged. */
public final class AliyunException extends RuntimeException {

    private final AliyunErrorCode code;

    /**
     * Creates the refusal.
     *
     * @param message for people
     */
    public AliyunException(AliyunErrorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    public AliyunErrorCode code() {
        return code;
    }
}
