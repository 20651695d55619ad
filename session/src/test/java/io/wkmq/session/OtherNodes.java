package io.wkmq.session;

import io.wkmq.routing.Audience;
import io.wkmq.routing.Forwarder;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.Qos;
import java.util.ArrayList;
import java.util.List;

/** Records what was forwarded to other nodes, which answer when the test says so; forwarding is a bug while there are none. */
final class OtherNodes implements Forwarder {
    /** One copy of a message in flight. */
    record Sent(NodeId node, Message message, Audience audience, HandOver handOver) {}

    final List<Sent> sent = new ArrayList<>();
    private boolean exist;
    private boolean full;

    /** From now on there are some. */
    void exist() {
        exist = true;
    }

    /** From now on they have more than they should, or not. */
    void full(boolean now) {
        full = now;
    }

    @Override
    public void forward(NodeId node, Message message, Audience audience, HandOver handOver) {
        if (!exist) {
            NONE.forward(node, message, audience, handOver);
        }
        handOver.expect();
        if (full && message.qos() != Qos.AT_MOST_ONCE) {
            boolean unused = handOver.holdBack();
        }
        sent.add(new Sent(node, message, audience, handOver));
    }
}
