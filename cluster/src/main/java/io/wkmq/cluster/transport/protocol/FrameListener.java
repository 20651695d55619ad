package io.wkmq.cluster.transport.protocol;

import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import java.util.List;

/**
 * Receives decoded frames in order, on the thread that reads them. Each method throws {@link BadFrameException} if the frame is not
 * valid at this point.
 */
public interface FrameListener {
    /** Sent instead of a number, see {@link #opened}. */
    long GIVEN_UP = -1;

    /**
     * The first frame of the sending side.
     *
     * @param version the version of the frames that follow
     * @param stream identifies the sequence of messages, which may span many connections
     * @param lowest the lowest number that may be sent again
     */
    void open(int version, long stream, long lowest) throws BadFrameException;

    /**
     * The answer to {@link #open}.
     *
     * @param received the highest number received so far; sending resumes behind it. {@link #GIVEN_UP} if nothing of that stream is
     *     accepted any more and a new one must be opened on the same connection
     */
    void opened(long received) throws BadFrameException;

    /**
     * A message.
     *
     * @param seq its number in the stream, one more than that of the message before; 0 for QoS 0
     * @param plain whether it is for subscribers outside of share groups
     * @param groups the share groups of which one member each gets it
     */
    void message(long seq, Message message, boolean plain, List<SubscriptionFilter> groups) throws BadFrameException;

    /** A cumulative acknowledgement: all messages up to this number are taken, except those reported as {@link #failed} before. */
    void acknowledged(long seq) throws BadFrameException;

    /** A share group of a message, given by its index in the message's list, has no member left on the receiving node. */
    void groupRefused(long seq, int index) throws BadFrameException;

    /** A message could not be taken. */
    void failed(long seq, String reason) throws BadFrameException;

    /**
     * A sign of life.
     *
     * @param lowest all notices about messages before this number were received; 0 from the receiving side
     */
    void heartbeat(long lowest) throws BadFrameException;
}
