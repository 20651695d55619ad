package io.wkmq.routing;

/**
 * Counts the takers that have yet to take a message over before its publisher may be acknowledged. A taker that needs time calls
 * {@link #expect()} within the call that hands it the message and later, from any thread, exactly once {@link #done()} or
 * {@link #failed}. A taker that is done when that call returns calls nothing.
 */
public interface HandOver {
    /** For messages that nobody waits for: QoS 0, wills, {@code $SYS}. */
    HandOver NONE = new HandOver() {
        @Override
        public void expect() {}

        @Override
        public void done() {}

        @Override
        public void failed(String reason) {}
    };

    /** Adds a taker. Called on the thread that routes the message, before {@link Router#route} returns. */
    void expect();

    /**
     * Signals back-pressure: a taker has more than it should, and the source should send nothing more until this hand-over
     * completes. Called by a taker that expects, within the call that hands it the message. Any thread.
     *
     * @return whether that bounds the source; if not, the taker must enforce its bounds by itself
     */
    default boolean holdBack() {
        return false;
    }

    /** Called when one taker holds the message as durably as its session was promised. Any thread. */
    void done();

    /**
     * Called before {@link #done} when the share group member chosen for the message is gone and there is no other one, so that the
     * source may take the message back. Any thread.
     */
    default void nobody() {}

    /** Called when one taker failed to take the message, so that it must not be acknowledged to the publisher. Any thread. */
    void failed(String reason);
}
