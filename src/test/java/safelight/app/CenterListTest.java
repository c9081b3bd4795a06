package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CenterListTest {
    @TempDir private Path folder;

    @Test
    void linesStayWhereTheyAreSinceTheyGiveAddresses() throws Exception {
        var list = new CenterList(folder);
        list.add(List.of("us-west", "us-east"), settings(""));

        list.add(List.of("eu-west", "us-east"), settings("name=us-east at=1/2 weight=7"));

        assertThat(new CenterList(folder).read())
                .containsExactly(
                        new CenterList.Entry("us-west", "at=45.6/-121.2"),
                        new CenterList.Entry("us-east", "at=1/2 weight=7"),
                        new CenterList.Entry("eu-west", "at=53.3/-6.3"));
    }

    @Test
    void whatIsAskedForIsToldOnce() throws Exception {
        var list = new CenterList(folder);
        list.ask(List.of("us-east", "eu-west"));

        assertThat(list.asked()).contains(List.of("us-east", "eu-west"));
        assertThat(list.asked()).isEmpty();
    }

    @Test
    void nobodyKnowsWhereMarsIsUntilTheSettingsSay() throws Exception {
        var list = new CenterList(folder);

        assertThatThrownBy(() -> list.add(List.of("mars"), settings("")))
                .hasMessageContaining("Where is 'mars'?");
        assertThat(list.exists()).isFalse();

        assertThat(list.add(List.of("mars"), settings("name=mars at=-4.6/137.4 bias=200km")))
                .containsExactly(new CenterList.Entry("mars", "at=-4.6/137.4 bias=200km"));
    }

    private static DnsConfig settings(String dataCenters) {
        return Config.read(Optional.empty(), Map.of(), Map.of("dns.data-centers", dataCenters))
                .dns();
    }
}
