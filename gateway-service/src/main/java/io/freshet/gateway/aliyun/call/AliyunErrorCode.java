package io.freshet.gateway.aliyun.call;

/** Aliyun's error codes, on which its clients branch, with their HTTP statuses. */
public enum AliyunErrorCode {
    MISSING_PARAMETER(400, "MissingParameter"),
    MISSING_OBJECT_TYPE(400, "MissingParameter.ObjectType"),
    INVALID_PARAMETER(400, "InvalidParameter"),
    REQUEST_TOO_LONG(414, "InvalidParameter"),
    UNKNOWN_ACTION(404, "InvalidAction.NotFound"),
    INCOMPLETE_SIGNATURE(400, "IncompleteSignature"),
    WRONG_SIGNATURE(400, "SignatureDoesNotMatch"),
    NONCE_USED(400, "SignatureNonceUsed"),
    EXPIRED(400, "InvalidTimeStamp.Expired"),
    UNKNOWN_ACCESS_KEY(404, "InvalidAccessKeyId.NotFound"),
    THROTTLED(400, "Throttling.User"),
    REFRESH_QUOTA_EXCEEDED(400, "QuotaExceeded.Refresh"),
    PUSH_QUOTA_EXCEEDED(400, "QuotaExceeded.Preload"),
    TOO_MANY_TO_REFRESH(400, "TooMany.Refresh"),
    MALFORMED_PATH(400, "InvalidObjectPath.Malformed"),
    PATH_SIZE(400, "InvalidObjectPath.Size.Malformed"),
    UNSUPPORTED_OBJECT_TYPE(400, "InvalidObjectType.ValueNotSupported"),
    UNKNOWN_DOMAIN(404, "InvalidDomain.NotFound"),
    MALFORMED_TASK_ID(400, "InvalidTaskId.Malformed"),
    UNSUPPORTED_STATUS(400, "InvalidStatus.ValueNotSupported"),
    MALFORMED_START_TIME(400, "InvalidStartTime.Malformed"),
    MALFORMED_END_TIME(400, "InvalidEndTime.Malformed"),
    END_BEFORE_START(400, "InvalidEndTime.Mismatch"),
    INTERNAL(500, "InternalError"),
    UNAVAILABLE(503, "ServiceUnavailable");

    private final int status;
    private final String text;

    AliyunErrorCode(int status, String text) {
        this.status = status;
        this.text = text;
    }

    public int status() {
        return status;
    }

    public String text() {
        return text;
    }
}
