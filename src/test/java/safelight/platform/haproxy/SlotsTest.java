package safelight.platform.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import safelight.base.InstanceId;
import safelight.fleet.Instance;
import safelight.fleet.Load;

class SlotsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final int READY = 0;
    private static final int FREED = 0x01 | 0x04;
    private static final int DRAINING = 0x08;
    private static final int UP = 2;
    private static final int DOWN = 0;

    private static Endpoint at(int port) {
        return new Endpoint("127.0.0.1", port);
    }

    private static ServerState slot(String name, int port, int operation, int admin) {
        return new ServerState(
                "web", name, at(port), port == 1 ? at(1) : at(port + 1000), operation, admin);
    }

    private static Instance lease(String address, boolean draining) {
        var port = Endpoint.parse(address).map(Endpoint::port).orElse(0);
        return new Instance(
                new InstanceId("web-" + port),
                Instance.Role.WEB,
                "local",
                address,
                "127.0.0.1:" + (port + 1000),
                "1",
                Instance.Abilities.NONE,
                NOON,
                NOON,
                Load.NONE,
                draining);
    }

    private static Instance lease(int port) {
        return lease("127.0.0.1:" + port, false);
    }

    private static Slots.Plan plan(List<ServerState> slots, Instance... fleet) {
        return Slots.plan("web", slots, List.of(fleet));
    }

    @Test
    void newServerGetsAFreeSlot() {
        var plan =
                plan(
                        List.of(slot("web1", 4001, UP, READY), slot("web2", 1, DOWN, FREED)),
                        lease(4001),
                        lease(4002));

        assertThat(plan.commands())
                .containsExactly(
                        "enable agent web/web2",
                        "set server web/web2 agent-addr 127.0.0.1 port 5002",
                        "set server web/web2 addr 127.0.0.1 port 4002",
                        "set server web/web2 weight 100%",
                        "set server web/web2 state ready");
        assertThat(plan.uses())
                .containsEntry("web1", new Slots.Use(at(4001), Optional.of(at(5001)), true))
                .containsEntry("web2", new Slots.Use(at(4002), Optional.of(at(5002)), true));
    }

    @Test
    void whatIsInStepNeedsNothing() {
        var plan =
                plan(
                        List.of(slot("web1", 4001, UP, READY), slot("web2", 1, DOWN, FREED)),
                        lease(4001));

        assertThat(plan.commands()).isEmpty();
        assertThat(plan.uses().get("web2")).isEqualTo(Slots.Use.NONE);
    }

    @Test
    void drainingServerGetsNothingNewAlsoAfterAReload() {
        var slots = List.of(slot("web1", 4001, UP, READY));

        var plan = plan(slots, lease("127.0.0.1:4001", true));

        assertThat(plan.commands()).containsExactly("set server web/web1 state drain");
        assertThat(plan.uses().get("web1").open()).isFalse();
    }

    @Test
    void drainByTheAgentIsNotUndoneByALeaseThatIsNotThereYet() {
        assertThat(plan(List.of(slot("web1", 4001, UP, DRAINING)), lease(4001)).commands())
                .isEmpty();
    }

    @Test
    void drainEndsWithALeaseThatHasNoAgent() {
        var lone =
                new Instance(
                        new InstanceId("web-x"),
                        Instance.Role.WEB,
                        "local",
                        "127.0.0.1:4001",
                        "",
                        "1",
                        Instance.Abilities.NONE,
                        NOON,
                        NOON,
                        Load.NONE,
                        false);
        var slot = new ServerState("web", "web1", at(4001), at(1), UP, DRAINING);

        assertThat(plan(List.of(slot), lone).commands())
                .contains("set server web/web1 state ready");
    }

    @Test
    void drainingServerThatHasNoSlotGetsNone() {
        var plan = plan(List.of(slot("web1", 1, DOWN, FREED)), lease("127.0.0.1:4001", true));

        assertThat(plan.commands()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {DOWN, UP})
    void slotOfAServerThatLeftIsFreed(int operation) {
        var plan = plan(List.of(slot("web1", 4001, operation, operation == UP ? DRAINING : READY)));

        assertThat(plan.commands())
                .containsExactly("disable agent web/web1", "set server web/web1 state maint");
        assertThat(plan.uses().get("web1")).isEqualTo(Slots.Use.NONE);
    }

    @Test
    void serverThatLeftTheListButPassesItsChecksIsKept() {
        var plan = plan(List.of(slot("web1", 4001, UP, READY), slot("web2", 4002, UP, READY)));

        assertThat(plan.commands()).isEmpty();
        assertThat(plan.uses().values()).allMatch(Slots.Use::open);
    }

    @Test
    void freedSlotIsUsedAgain() {
        var plan = plan(List.of(slot("web1", 4001, DOWN, FREED)), lease(4002));

        assertThat(plan.commands()).contains("set server web/web1 addr 127.0.0.1 port 4002");
    }

    @Test
    void slotThatWasFreedWithTheSameAddressDoesNotTakeItFromTheOneInUse() {
        var plan =
                plan(
                        List.of(slot("web1", 4001, DOWN, FREED), slot("web2", 4001, UP, READY)),
                        lease(4001));

        assertThat(plan.commands()).isEmpty();
        assertThat(plan.uses().get("web1")).isEqualTo(Slots.Use.NONE);
        assertThat(plan.uses().get("web2").open()).isTrue();
    }

    @Test
    void otherAgentAtTheSameAddressIsAsked() {
        var slot = new ServerState("web", "web1", at(4001), at(7777), UP, READY);

        assertThat(plan(List.of(slot), lease(4001)).commands())
                .contains("set server web/web1 agent-addr 127.0.0.1 port 5001");
    }

    @Test
    void whoFindsNoSlotWaits() {
        var plan = plan(List.of(slot("web1", 4001, UP, READY)), lease(4001), lease(4002));

        assertThat(plan.waiting()).isEqualTo(1);
        assertThat(plan.commands()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:80",
                "127.0.0.1",
                "127.0.0.1:0",
                "127.0.0.1:99999",
                "127.0.0.1:80;shutdown sessions server web/web1",
                "127.0.0.1:80\nset server",
                "[::1]80"
            })
    void addressThatIsNoneGoesNowhere(String address) {
        var plan = plan(List.of(slot("web1", 1, DOWN, FREED)), lease(address, false));

        assertThat(plan.commands()).isEmpty();
        assertThat(plan.refused()).hasSize(1);
    }

    @Test
    void addressesOfBothKindsAreRead() {
        assertThat(Endpoint.parse("http://10.0.0.7:8080")).contains(new Endpoint("10.0.0.7", 8080));
        assertThat(Endpoint.parse("[2001:db8::7]:443")).contains(new Endpoint("2001:db8::7", 443));
    }

    @Test
    void answersOfHaproxyAreRead() {
        var states =
                ServerState.parse(
                        """
                        1
                        # be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state \
                        srv_uweight srv_iweight srv_time_since_last_change srv_check_status \
                        srv_check_result srv_check_health srv_check_state srv_agent_state \
                        bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl \
                        srv_check_port srv_check_addr srv_agent_addr srv_agent_port
                        3 web 1 web1 127.0.0.1 2 8 1 1 1 15 3 2 6 22 0 0 - 19001 - 0 0 - \
                        127.0.0.1 19101
                        3 web 2 web2 127.0.0.1 0 5 1 1 3 15 3 0 14 18 0 0 - 1 - 0 0 - 127.0.0.1 1

                        """);
        var stats =
                ServerStat.parse(
                        """
                        # pxname,svname,qcur,qmax,scur,smax,slim,stot,wretr,wredis,status,weight,\
                        hrsp_2xx,hrsp_5xx
                        web,web1,0,0,3,1,,9,2,1,DRAIN (agent),100,9,0

                        """);

        assertThat(states)
                .containsExactly(
                        new ServerState("web", "web1", at(19001), at(19101), 2, 8),
                        new ServerState("web", "web2", Endpoint.NONE, Endpoint.NONE, 0, 5));
        assertThat(states.getFirst().isDraining()).isTrue();
        assertThat(states.getLast().isMaintained()).isTrue();
        assertThat(stats)
                .containsExactly(
                        new ServerStat("web", "web1", "DRAIN (agent)", 3, 9, 2, 1, 9, 0, 100));
    }
}
