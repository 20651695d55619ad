package io.wkmq.cluster.transport.protocol;

import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import java.util.List;

/**
 * Learns what frames say, one after the other, on the thread that reads them. Each method throws {@link BadFrameException} if
 * the frame does not belong there.
 */
public interface FrameListener {
    /** Instead of a number, see {@link #opened}. */
    long GIVEN_UP = -1;

    /**
     * The first frame of the side that sends messages.
     *
     * @param version of the frames that follow
     * @param stream stands for the sequence of messages, which may go on over many connections
     * @param lowest the first number of those it may send again
     */
    void open(int version, long stream, long lowest) throws BadFrameException;

    /**
     * The answer to {@link #open}.
     *
     * @param received all up to this number have come; sending goes on behind it. {@link #GIVEN_UP}: nothing of that stream is taken any
     *     more, a new one is to be opened on the same connection
     */
    void opened(long received) throws BadFrameException;

    /**
     * A message.
     *
     * @param seq its number in the stream, one more than that of the message before; 0 for QoS 0
     * @param plain whether it is for subscribers that are not in share groups
     * @param groups the share groups of which one member each gets it
     */
    void message(long seq, Message message, boolean plain, List<SubscriptionFilter> groups) throws BadFrameException;

    /** All messages up to this number are taken, but for those of which {@link #failed} was said before. */
    void acknowledged(long seq) throws BadFrameException;

    /** A share group of a message, by its place in the list, has no member there any more. */
    void groupRefused(long seq, int index) throws BadFrameException;

    /** A message could not be taken. */
    void failed(long seq, String reason) throws BadFrameException;

    /**
     * The other side is there.
     *
     * @param lowest what is said of messages before this number has arrived; 0 from the side that receives messages
     */
    void heartbeat(long lowest) throws BadFrameException;
}
