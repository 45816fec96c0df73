#pragma once
// A plain model of the kernel's authority, written from ARCHITECTURE.md and the comments of
// kernel/abi and kernel/cap/requests.hpp: sets and maps, nothing counted that can be looked up,
// everything found by search. Slow, and meant to be read.
//
// It says for each request whether it is refused and, if not, who holds what afterwards. Names in
// it are its own: an object is a number, a capability is a number.

#include <map>
#include <optional>
#include <set>

#include <kernel/cap/requests.hpp>

namespace axiom::kernel::test {

struct ModelCapability {
    int process{};
    std::uint32_t slot{};
    int object{};
    unsigned rights{};
    std::uint64_t badge{};
    std::optional<int> parent{};
    std::uint64_t expires{};
    int depth{};
};

/// What an object has of another, and the capability that gave it: with that revoked it goes.
struct ModelUse {
    int object{};
    std::optional<int> through{}; // none: nobody can take it back
    std::uint64_t badge{};
};

struct ModelObject {
    ObjectType type{};
    std::optional<int> payer{}; // none: the first account
    Quota limit{};              // of an account
    Quota own_cost{};
    bool ended{};
    std::uint64_t first{};
    std::uint64_t count{};
    std::map<std::optional<Binding>, ModelUse> uses{}; // what it keeps alive: bound, or its space
    std::optional<ModelUse> process{};                 // of a thread
    std::uint64_t ceiling{63};                         // of a process
    std::uint64_t principal{};                         // of a process
};

class KernelModel {
  public:
    explicit KernelModel(Start const& start);

    /// Whether the request is taken; if so the model has changed.
    bool ask(int process, AccountRequest const& request);
    bool ask(int process, CreateRequest const& request);
    bool ask(int process, DeriveRequest const& request);
    bool ask(int process, MoveRequest const& request);
    bool ask(int process, RemoveRequest const& request);
    bool ask(int process, RevokeRequest const& request);
    bool ask(int process, EndRequest const& request);
    bool ask(int process, ExitRequest const& request);
    bool ask(int process, BindRequest const& request);
    void tick(std::uint64_t now);

    [[nodiscard]] std::map<int, ModelObject> const& objects() const { return objects_; }
    [[nodiscard]] std::map<int, ModelCapability> const& capabilities() const {
        return capabilities_;
    }
    [[nodiscard]] bool alive(int process) const {
        return objects_.contains(process) && !objects_.at(process).ended;
    }

    /// What an account has spent: its objects, their capabilities, its children's limits.
    [[nodiscard]] Quota spent(int account) const;

    static constexpr int first_process = 2;

  private:
    [[nodiscard]] std::optional<int> find(int process, Slot slot) const;
    [[nodiscard]] std::optional<int> look(int process, Slot slot, std::optional<ObjectType> type,
                                          Rights rights) const;
    [[nodiscard]] std::optional<int> target_process(int process, Target const& into) const;
    [[nodiscard]] bool can_place(int process, Slot slot) const;
    [[nodiscard]] bool can_pay(int account, Quota const& more) const;
    [[nodiscard]] bool can_pay_all(std::optional<int> payer, Quota const& cost, int holder) const;
    bool add_object(int process, int source, int payer, Target const& into, ModelObject object);
    void collect();
    void remove_tree(int capability, bool itself);
    void give_up(int capability);
    template <class Visit> void for_each_use(Visit visit);
    void end_uses_of_the_gone();
    void end(int object);

    std::map<int, ModelObject> objects_;
    std::map<int, ModelCapability> capabilities_;
    std::uint64_t now_{};
    int next_{1};
};

} // namespace axiom::kernel::test
