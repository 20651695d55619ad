package io.wkmq.routing;

/**
 * Counts who has yet to take a message over before its publisher may be acknowledged. A taker that needs time calls
 * {@link #expect()} while it is being handed the message (in the call that hands it over), and later, from any thread,
 * exactly once {@link #done()} or {@link #failed}. A taker that is done when the call returns says nothing.
 */
public interface HandOver {
    /** For messages nobody waits for: QoS 0, wills, {@code $SYS}. */
    HandOver NONE = new HandOver() {
        @Override
        public void expect() {}

        @Override
        public void done() {}

        @Override
        public void failed(String reason) {}
    };

    /** One more taker. Called on the thread that routes the message, before {@link Router#route} returns. */
    void expect();

    /**
     * A taker has more than it should, and whoever hands over is to send nothing more until this is complete. Said in the call
     * that hands the message over, by a taker that expects. Any thread.
     *
     * @return whether whoever hands over is bounded by that; if not, the taker keeps to its bounds by itself
     */
    default boolean holdBack() {
        return false;
    }

    /** One taker holds the message as durably as its session was promised. Any thread. */
    void done();

    /**
     * The member of a share group that was to get the message is gone and there is no other one: whoever would take the message
     * back may. Said before the taker is done. Any thread.
     */
    default void nobody() {}

    /** One taker could not take the message over; the publisher must not be told that it was. Any thread. */
    void failed(String reason);
}
