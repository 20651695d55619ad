package io.wkmq.cluster.transport.protocol;

/** The frame types. */
final class FrameType {
    static final int OPEN = 1;
    static final int OPENED = 2;
    static final int MESSAGE = 3;
    static final int ACK = 4;
    static final int GROUP_REFUSED = 5;
    static final int FAILED = 6;
    static final int HEARTBEAT = 7;

    private FrameType() {}
}
