package io.wkmq.broker.api;

/** Thrown when a request cannot be answered as requested; the message says why. */
final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    /**
     * Creates an exception.
     *
     * @param status the HTTP status
     * @param code a machine-readable error code
     */
    ApiException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static ApiException badRequest(String why) {
        return new ApiException(400, "BAD_REQUEST", why);
    }

    static ApiException noChannel(String name) {
        return new ApiException(404, "NOT_FOUND", "There is no channel " + name);
    }

    static ApiException unavailable(String why) {
        return new ApiException(503, "SERVICE_UNAVAILABLE", why);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
