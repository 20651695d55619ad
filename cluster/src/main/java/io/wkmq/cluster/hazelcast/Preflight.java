package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.hazelcast.EnquiryClient.RefusedException;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.Verdict;
import java.io.IOException;

/**
 * What a node makes sure of before it gives up its cluster for another one: that it gets to the other node as a member and for
 * messages, that the other one gets back, and would take it. Changes nothing on either side as long as there is an obstacle. Thread-safe.
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
     * Asks a node to let this one join. Blocks for some seconds at most.
     *
     * @param memberPort where this node takes members
     * @return what it says, or a refusal of this node's own
     * @throws RefusedException if the nodes do not get as far as to that question
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
