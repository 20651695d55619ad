package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.hazelcast.EnquiryClient.RefusedException;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.Verdict;
import java.io.IOException;

/**
 * The checks that a node makes before it leaves its cluster for another one: that it reaches the other node on its member and link ports,
 * that the other node reaches it, and that it would be accepted. Changes nothing on either side if a check fails. Thread-safe.
 */
final class Preflight {
    private final Peer self;
    private final MemberSettings.Ports ports;
    private final EnquiryClient enquiries;

    Preflight(Peer self, MemberSettings.Ports ports, EnquiryClient enquiries) {
        this.self = self;
        this.ports = ports;
        this.enquiries = enquiries;
    }

    /**
     * Asks a node to let this one join. Blocks for a few seconds at most.
     *
     * @param memberPort the port on which this node accepts members
     * @return the other node's answer, or a refusal determined by this node
     * @throws RefusedException if the handshake fails before the question can be asked
     * @throws IOException if the node cannot be reached
     */
    EnquiryAnswer ask(SeedAddress target, int memberPort) throws IOException, RefusedException {
        EnquiryAnswer seen = enquiries.ask(target, Enquiry.Question.LOOK);
        if (seen.linkPort() > 0) {
            SeedAddress link = new SeedAddress(seen.node().name().host(), seen.linkPort());
            Verdict way = WayBack.verdict(
                    self.node(),
                    seen.node(),
                    link,
                    enquiries.knock(link, seen.node().id()));
            if (!way.accepted()) {
                return seen.with(way);
            }
        }
        EnquiryAnswer answer = enquiries.ask(target, Enquiry.Question.join(memberPort, self.linkPort()));
        Verdict verdict = answer.verdict();
        return verdict.code() == Verdict.Code.NO_WAY
                ? answer.with(Verdict.refusal(
                        verdict.code(), verdict.text() + " (" + ports.min() + " to " + ports.max() + " here)"))
                : answer;
    }
}
