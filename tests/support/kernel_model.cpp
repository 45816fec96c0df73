// See tests/support/kernel_model.hpp.

#include <tests/support/kernel_model.hpp>

#include <algorithm>
#include <vector>

namespace axiom::kernel::test {

namespace {

Quota plus(Quota left, Quota const& right) {
    for (auto const field : quota_fields) {
        left.*field += right.*field;
    }
    return left;
}

bool within(Quota const& spent, Quota const& limit) {
    for (auto const field : quota_fields) {
        if (spent.*field > limit.*field) {
            return false;
        }
    }
    return true;
}

bool is_one_of(ObjectType type, std::initializer_list<ObjectType> types) {
    for (ObjectType const each : types) {
        if (each == type) {
            return true;
        }
    }
    return false;
}

bool inside(std::uint64_t first, std::uint64_t count, ModelObject const& whole) {
    return first >= whole.first && count <= whole.count &&
           first - whole.first <= whole.count - count;
}

} // namespace

KernelModel::KernelModel(Start const& start) {
    auto const object = [&](ObjectType type, std::uint64_t first = 0, std::uint64_t count = 0) {
        ModelObject made{.type = type, .own_cost = {.objects = 1}, .first = first, .count = count};
        if (!objects_.empty()) {
            made.payer = 1;
        }
        objects_[next_] = made;
        return next_++;
    };
    object(ObjectType::account);
    objects_[1].limit = start.limit;
    object(ObjectType::process);
    int const space = object(ObjectType::space);
    objects_[first_process].uses[std::nullopt] = {.object = space};
    objects_[first_process].principal = start.principal.value;
    object(ObjectType::region, 1, start.device_pages - 1);
    object(ObjectType::interrupt, all_lines);
    object(ObjectType::ports, 0, start.ports);
    object(ObjectType::log);
    for (int slot = 0; slot < 7; ++slot) {
        capabilities_[next_++] = {.process = first_process,
                                  .slot = static_cast<std::uint32_t>(slot),
                                  .object = slot + 1,
                                  .rights = right::all.bits};
    }
}

std::optional<int> KernelModel::find(int process, Slot slot) const {
    for (auto const& [name, capability] : capabilities_) {
        if (capability.process == process && capability.slot == slot.value) {
            return name;
        }
    }
    return std::nullopt;
}

std::optional<int> KernelModel::look(int process, Slot slot, std::optional<ObjectType> type,
                                     Rights rights) const {
    auto const found = find(process, slot);
    if (!found) {
        return std::nullopt;
    }
    ModelCapability const& capability = capabilities_.at(*found);
    bool const live = capability.expires == 0 || capability.expires > now_;
    bool const fits = !type || objects_.at(capability.object).type == *type;
    bool const entitled = (rights.bits & ~capability.rights) == 0;
    return live && fits && entitled ? found : std::nullopt;
}

std::optional<int> KernelModel::target_process(int process, Target const& into) const {
    if (into.process == own_space) {
        return process;
    }
    auto const held = look(process, into.process, ObjectType::process, right::write);
    return held ? std::optional{capabilities_.at(*held).object} : std::nullopt;
}

bool KernelModel::can_place(int process, Slot slot) const {
    return alive(process) && slot.value < slots_max && !find(process, slot);
}

Quota KernelModel::spent(int account) const {
    Quota sum{};
    for (auto const& [name, object] : objects_) {
        if (object.payer == account) {
            sum = plus(plus(sum, object.own_cost), object.limit);
        }
    }
    for (auto const& [name, capability] : capabilities_) {
        sum.capabilities += objects_.at(capability.process).payer == account ? 1 : 0;
    }
    return sum;
}

bool KernelModel::can_pay(int account, Quota const& more) const {
    return within(plus(spent(account), more), objects_.at(account).limit);
}

bool KernelModel::can_pay_all(std::optional<int> payer, Quota const& cost, int holder) const {
    int const holder_payer = *objects_.at(holder).payer;
    Quota const slot{.capabilities = 1};
    if (payer == holder_payer) {
        return can_pay(holder_payer, plus(cost, slot));
    }
    return can_pay(holder_payer, slot) && (!payer || can_pay(*payer, cost));
}

bool KernelModel::add_object(int process, int source, int payer, Target const& into,
                             ModelObject object) {
    auto const holder = target_process(process, into);
    if (!holder || !can_place(*holder, into.slot) ||
        !can_pay_all(payer, plus(object.own_cost, object.limit), *holder) ||
        capabilities_.at(source).depth >= depth_max) {
        return false;
    }
    object.payer = payer;
    int const name = next_++;
    objects_[name] = object;
    ModelCapability const& parent = capabilities_.at(source);
    bool const less = object.type == ObjectType::account && !(parent.rights & right::manage.bits);
    unsigned const rights = less ? right::all.bits & ~right::manage.bits : right::all.bits;
    capabilities_[next_++] = {.process = *holder,
                              .slot = into.slot.value,
                              .object = name,
                              .rights = rights,
                              .parent = source,
                              .expires = parent.expires,
                              .depth = parent.depth + 1};
    return true;
}

bool KernelModel::ask(int process, AccountRequest const& request) {
    auto const source = look(process, request.account, ObjectType::account, right::write);
    if (!source) {
        return false;
    }
    ModelObject account{.type = ObjectType::account, .limit = request.limit};
    account.own_cost = {.objects = 1};
    return add_object(process, *source, capabilities_.at(*source).object, request.into, account);
}

bool KernelModel::ask(int process, CreateRequest const& request) {
    auto const account = look(process, request.account, ObjectType::account, right::write);
    if (!account || is_one_of(request.type, {ObjectType::account, ObjectType::log}) ||
        static_cast<std::size_t>(request.type) >= object_types) {
        return false;
    }
    ModelObject object{.type = request.type, .own_cost = {.objects = 1}};
    object.first = request.first;
    object.count = request.count;
    int source = *account;
    bool const device = request.type == ObjectType::region && request.first != 0;
    if (device || is_one_of(request.type, {ObjectType::interrupt, ObjectType::ports})) {
        auto const from = look(process, request.uses, request.type, right::manage);
        if (!from) {
            return false;
        }
        source = *from;
        ModelObject const& whole = objects_.at(capabilities_.at(source).object);
        bool const line = request.type == ObjectType::interrupt;
        bool const carved = line ? whole.first == all_lines && request.first < 65536
                                 : request.count != 0 && (!device || whole.first != 0) &&
                                       inside(request.first, request.count, whole);
        bool const twice = std::ranges::any_of(objects_, [&](auto const& each) {
            return line && each.second.type == ObjectType::interrupt &&
                   each.second.first == request.first;
        });
        if (!carved || twice) {
            return false;
        }
    } else if (request.type == ObjectType::process) {
        auto const space = look(process, request.uses, ObjectType::space, right::write);
        if (!space) {
            return false;
        }
        object.uses[std::nullopt] = {.object = capabilities_.at(*space).object, .through = space};
        object.principal = request.first;
        bool const manages = (capabilities_.at(*account).rights & right::manage.bits) != 0;
        if (object.principal != objects_.at(process).principal && !manages) {
            return false;
        }
        if (request.count > objects_.at(process).ceiling) {
            return false;
        }
        object.ceiling = objects_.at(process).ceiling - request.count;
    } else if (request.type == ObjectType::thread) {
        auto const whose = look(process, request.uses, ObjectType::process, right::manage);
        if (!whose || !alive(capabilities_.at(*whose).object)) {
            return false;
        }
        ModelObject const& owner = objects_.at(capabilities_.at(*whose).object);
        if (request.first > std::min(owner.ceiling, objects_.at(process).ceiling)) {
            return false;
        }
        object.process = ModelUse{.object = capabilities_.at(*whose).object, .through = whose};
        object.own_cost.threads = 1;
        object.own_cost.pages = 2; // its message buffer
    } else if (request.uses != own_space) {
        return false;
    } else if (request.type == ObjectType::region) {
        if (request.count == 0 || request.count > (std::uint64_t{1} << 32U)) {
            return false;
        }
        object.own_cost.pages = request.count;
    } else if (request.type == ObjectType::context) {
        bool const period = request.count >= 100 && request.count <= 10'000'000;
        if (!period || request.first == 0 || request.first > request.count) {
            return false;
        }
        object.own_cost.cpu_us = (request.first * 1'000'000 + request.count - 1) / request.count;
    }
    return add_object(process, source, capabilities_.at(*account).object, request.into, object);
}

bool KernelModel::ask(int process, DeriveRequest const& request) {
    bool const away = request.into.process != own_space;
    auto const source = look(process, request.source, {}, away ? right::grant : right::none);
    if (!source) {
        return false;
    }
    ModelCapability const from = capabilities_.at(*source);
    ObjectType const type = objects_.at(from.object).type;
    bool const badges = is_one_of(type, {ObjectType::endpoint, ObjectType::notification});
    if (request.badge != 0 && (!badges || (from.badge != 0 && request.badge != from.badge))) {
        return false;
    }
    std::uint64_t const expires =
        request.expires == LogTime{} ? from.expires : request.expires.value;
    bool const outlives =
        (expires != 0 && expires <= now_) || (from.expires != 0 && expires > from.expires);
    bool const stronger = (request.rights.bits & ~from.rights) != 0;
    auto const holder = target_process(process, request.into);
    bool const fits =
        holder && can_place(*holder, request.into.slot) && can_pay_all(std::nullopt, {}, *holder);
    if (outlives || stronger || from.depth >= depth_max || !fits) {
        return false;
    }
    capabilities_[next_++] = {.process = *holder,
                              .slot = request.into.slot.value,
                              .object = from.object,
                              .rights = request.rights.bits,
                              .badge = request.badge != 0 ? request.badge : from.badge,
                              .parent = source,
                              .expires = expires,
                              .depth = from.depth + 1};
    return true;
}

bool KernelModel::ask(int process, MoveRequest const& request) {
    bool const away = request.into.process != own_space;
    auto const source = look(process, request.source, {}, away ? right::grant : right::none);
    auto const holder = target_process(process, request.into);
    if (!source || !holder || !can_place(*holder, request.into.slot)) {
        return false;
    }
    auto const before = objects_.at(capabilities_.at(*source).process).payer;
    auto const after = objects_.at(*holder).payer;
    if (before != after && !can_pay(*after, {.capabilities = 1})) {
        return false;
    }
    capabilities_.at(*source).process = *holder;
    capabilities_.at(*source).slot = request.into.slot.value;
    return true;
}

bool KernelModel::ask(int process, RemoveRequest const& request) {
    auto const gone = find(process, request.slot);
    if (!gone) {
        return false;
    }
    give_up(*gone);
    collect();
    return true;
}

bool KernelModel::ask(int process, RevokeRequest const& request) {
    auto const held = look(process, request.slot, {}, right::revoke);
    if (!held) {
        return false;
    }
    remove_tree(*held, request.itself);
    collect();
    return true;
}

bool KernelModel::ask(int process, EndRequest const& request) {
    auto const held = look(process, request.slot, {}, right::manage);
    if (!held) {
        return false;
    }
    int const object = capabilities_.at(*held).object;
    if (!is_one_of(objects_.at(object).type, {ObjectType::process, ObjectType::thread}) ||
        objects_.at(object).ended) {
        return false;
    }
    end(object);
    collect();
    return true;
}

bool KernelModel::ask(int process, ExitRequest const& request) {
    if (request.what != ObjectType::process) {
        return false; // the model's askers have no thread
    }
    end(process);
    collect();
    return true;
}

bool KernelModel::ask(int process, BindRequest const& request) {
    bool const line = request.binding == Binding::line;
    auto const subject = look(process, request.subject,
                              line ? ObjectType::interrupt : ObjectType::thread, right::manage);
    if (!subject) {
        return false;
    }
    ModelObject& bound = objects_.at(capabilities_.at(*subject).object);
    bool const tells = request.binding == Binding::faults || request.binding == Binding::budgets;
    ObjectType const type = request.binding == Binding::context ? ObjectType::context
                            : tells                             ? ObjectType::endpoint
                                                                : ObjectType::notification;
    Rights const rights = request.binding == Binding::context   ? right::manage
                          : request.binding == Binding::signals ? right::read
                                                                : right::write;
    bool const bit_fits = line ? request.bit < 64 : request.bit == 0;
    if (bound.ended || !bit_fits || (line && bound.first == all_lines)) {
        return false;
    }
    if (request.target == own_space) {
        bound.uses.erase(request.binding);
    } else {
        auto const target = look(process, request.target, type, rights);
        if (!target) {
            return false;
        }
        int const object = capabilities_.at(*target).object;
        std::uint64_t const badge = capabilities_.at(*target).badge;
        if (line && badge != 0 && (badge >> request.bit & 1U) == 0) {
            return false; // a line signals nothing that whoever binds it could not
        }
        for (auto const& [name, other] : objects_) {
            auto const use = other.uses.find(Binding::signals);
            bool const wakes = use != other.uses.end() && use->second.object == object;
            if (request.binding == Binding::signals && wakes && &other != &bound) {
                return false; // a notification wakes one thread
            }
        }
        bound.uses[request.binding] = {.object = object, .through = target, .badge = badge};
    }
    collect();
    return true;
}

void KernelModel::tick(std::uint64_t now) {
    now_ = std::max(now_, now);
    std::vector<int> expired;
    for (auto const& [name, capability] : capabilities_) {
        if (capability.expires != 0 && capability.expires <= now_) {
            expired.push_back(name);
        }
    }
    for (int const name : expired) {
        if (capabilities_.contains(name)) {
            remove_tree(name, true);
            collect();
        }
    }
}

// Everything from which `capability` can be reached by parents goes.
void KernelModel::remove_tree(int capability, bool itself) {
    std::set<int> gone{capability};
    for (bool more = true; more;) {
        more = false;
        for (auto const& [name, each] : capabilities_) {
            more = (each.parent && gone.contains(*each.parent) && gone.insert(name).second) || more;
        }
    }
    for (int const name : gone) {
        if (itself || name != capability) {
            capabilities_.erase(name);
        }
    }
}

void KernelModel::end(int object) {
    objects_.at(object).ended = true;
    objects_.at(object).uses.clear();
    for (auto& [name, each] : objects_) {
        if (each.process && each.process->object == object && !each.ended) {
            end(name);
        }
    }
    std::vector<int> held;
    for (auto const& [name, capability] : capabilities_) {
        if (capability.process == object) {
            held.push_back(name);
        }
    }
    for (int const gone : held) {
        give_up(gone);
    }
}

template <class Visit> void KernelModel::for_each_use(Visit visit) {
    for (auto& [name, object] : objects_) {
        for (auto& [binding, use] : object.uses) {
            visit(use);
        }
        if (object.process && !object.ended) {
            visit(*object.process);
        }
    }
}

// What came from it or through it comes from its parent from now on. What came through it and was
// to last no longer than it does goes.
void KernelModel::give_up(int gone) {
    ModelCapability const was = capabilities_.at(gone);
    for (auto& [name, capability] : capabilities_) {
        if (capability.parent == gone) {
            capability.parent = was.parent;
        }
    }
    std::uint64_t const lasts = was.parent ? capabilities_.at(*was.parent).expires : 0;
    if (was.expires == lasts) {
        for_each_use([&](ModelUse& use) {
            if (use.through == gone) {
                use.through = was.parent;
            }
        });
    }
    capabilities_.erase(gone);
}

// What was had through a capability that is there no more: whose process or space it was ends.
void KernelModel::end_uses_of_the_gone() {
    auto const has_gone = [&](ModelUse const& use) {
        return use.through && !capabilities_.contains(*use.through);
    };
    for (auto& [name, object] : objects_) {
        auto const space = object.uses.find(std::nullopt);
        if (!object.ended && ((object.process && has_gone(*object.process)) ||
                              (space != object.uses.end() && has_gone(space->second)))) {
            end(name);
        }
    }
    for (auto& [name, object] : objects_) {
        std::erase_if(object.uses, [&](auto const& each) { return has_gone(each.second); });
    }
}

// An object lives as long as something refers to it: a capability, what uses it, what it pays for.
void KernelModel::collect() {
    for (bool more = true; more;) {
        more = false;
        end_uses_of_the_gone();
        for (auto const& [name, object] : objects_) {
            bool referred = false;
            for (auto const& [other, capability] : capabilities_) {
                referred = referred || capability.object == name;
            }
            for (auto const& [other, each] : objects_) {
                referred = referred || each.payer == name;
                for (auto const& [binding, used] : each.uses) {
                    referred = referred || used.object == name;
                }
            }
            if (!referred) {
                int const gone = name;
                if (!object.ended) {
                    end(gone);
                }
                objects_.erase(gone);
                more = true;
                break;
            }
        }
    }
}

} // namespace axiom::kernel::test
