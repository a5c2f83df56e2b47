package io.freshet.gateway.vendor.call;

/** Refuses a request with a code of the vendor's. It says all there is to say, so it has no stack trace and is not logged. */
public final class VendorException extends RuntimeException {

    private final VendorCode code;

    /**
     * @param message for people
     */
    public VendorException(VendorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    public VendorCode code() {
        return code;
    }
}
