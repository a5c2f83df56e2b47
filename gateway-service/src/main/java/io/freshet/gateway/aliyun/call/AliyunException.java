package io.freshet.gateway.aliyun.call;

/** Refuses a request with a code of the vendor's. It says all there is to say, so it has no stack trace and is not logged. */
public final class AliyunException extends RuntimeException {

    private final AliyunErrorCode code;

    /**
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
