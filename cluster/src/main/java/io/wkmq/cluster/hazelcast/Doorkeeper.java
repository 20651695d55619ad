package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.security.Handshake.Refused;
import io.wkmq.cluster.security.Introduction;
import io.wkmq.cluster.security.Verdict;
import java.net.SocketAddress;

/** Decides about connections between nodes. Called on the threads that read from the network; must not block. */
interface Doorkeeper extends EnquiryAnswerer {
    /** Returns the credentials and TLS engines for connections between nodes. */
    ClusterFront front();

    /** Decides whether to talk to a node that has proved that it belongs to the cluster. */
    Verdict judge(Introduction peer);

    /** Called when a connection was refused or failed. */
    void refused(SocketAddress remote, boolean ours, Refused refused);
}
