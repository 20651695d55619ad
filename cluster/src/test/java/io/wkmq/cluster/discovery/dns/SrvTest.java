package io.wkmq.cluster.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wkmq.cluster.discovery.Found;
import io.wkmq.cluster.membership.SeedAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests SRV records of a real name server. */
class SrvTest {
    private static final String NAME = "_wkmq._tcp.example";

    @TempDir
    Path directory;

    @BeforeEach
    void needs() {
        assumeTrue(Dnsmasq.installed(), "dnsmasq is not installed (package dnsmasq-base)");
    }

    @Test
    void recordsTellHostsAndPorts() throws IOException {
        try (Dnsmasq server = Dnsmasq.start(
                directory,
                Dnsmasq.freePort(),
                "--srv-host=" + NAME + ",one.example,6370,1,2",
                "--srv-host=" + NAME + ",two.example,6371")) {
            assertThat(strategy(server).discover().addresses())
                    .containsExactlyInAnyOrder(
                            new SeedAddress("one.example", 6370), new SeedAddress("two.example", 6371));
        }
    }

    @Test
    void anAnswerThatIsTooLongForADatagramComesAllTheSame() throws IOException {
        String[] records = IntStream.range(0, 200)
                .mapToObj(i -> "--srv-host=" + NAME + ",a-rather-long-name-of-a-host-" + i + ".example,6369")
                .toArray(String[]::new);
        try (Dnsmasq server = Dnsmasq.start(directory, Dnsmasq.freePort(), records)) {
            assertThat(strategy(server).discover().addresses()).hasSize(200);
        }
    }

    @Test
    void aNameThatDoesNotExistIsTold() {
        try (Dnsmasq server = Dnsmasq.start(directory, Dnsmasq.freePort())) {
            assertThatThrownBy(() -> strategy(server).discover())
                    .isInstanceOf(IOException.class)
                    .hasMessage("the name " + NAME + " does not exist");
        }
    }

    @Test
    void aNameWithoutSuchRecordsIsRemarked() throws IOException {
        try (Dnsmasq server = Dnsmasq.start(directory, Dnsmasq.freePort(), "--host-record=" + NAME + ",10.0.0.1")) {
            assertThat(strategy(server).discover())
                    .isEqualTo(new Found(List.of(), List.of("the name " + NAME + " has no SRV records")));
        }
    }

    @Test
    void aServerThatIsDownIsTold() {
        Dnsmasq server = Dnsmasq.start(directory, Dnsmasq.freePort());
        server.close();

        assertThatThrownBy(() -> strategy(server).discover())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the name servers do not answer for " + NAME);
    }

    private static DnsStrategy strategy(Dnsmasq server) {
        return new DnsStrategy(NAME, RecordType.SRV, 6369, new SrvLookup(server.url()));
    }
}
