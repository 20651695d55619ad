package io.wkmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HomeTest {
    @Test
    void theDistributionIsTheHomeUnlessTheEnvironmentSaysOtherwise() {
        assertThat(Home.locate(Map.of(), "/opt/wkmq")).isEqualTo(new Home(Path.of("/opt/wkmq"), Path.of("/opt/wkmq")));
        assertThat(Home.locate(Map.of("WKMQ_HOME", ""), "/opt/wkmq").root()).isEqualTo(Path.of("/opt/wkmq"));
        assertThat(Home.locate(Map.of("WKMQ_HOME", "/srv/../srv/node1"), "/opt/wkmq"))
                .isEqualTo(new Home(Path.of("/srv/node1"), Path.of("/opt/wkmq")));
    }

    @Test
    void withoutAnythingItIsTheWorkingDirectory() {
        Path here = Path.of("").toAbsolutePath();

        assertThat(Home.locate(Map.of(), null)).isEqualTo(new Home(here, here));
        assertThat(Home.locate(Map.of(), null).run()).isEqualTo(here.resolve("run"));
    }
}
